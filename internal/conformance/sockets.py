"""Sockets in memory, for asyncio's own transports, servers and streams.

A socket takes what is sent to it while it has room, and is readable at once;
the loop hears of it when it next selects. Where several are ready then, the
one that became so first comes first; one of which a part is left, when that was
left. asyncio leaves this open, and systems differ.
"""

import asyncio
import itertools
import selectors
import socket

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Network:
    """What is connected, and what is ready: that of one loop."""

    def __init__(self):
        self.numbers = itertools.count(3)
        self.sockets = {}
        self.listening = {}  # by their ports
        self.rooms = {}  # for what has not been read, by the listeners' ports
        self.keys = {}  # what the loop asks for
        self.ready = []  # descriptors and events, in the order they came
        self.told = set()  # those that the loop was told of and has not heeded
        self.opening = set()  # accepted, and without a transport yet
        self.full = []  # those that had no room for all that was sent
        self.paused = False  # a StreamReader had too much

    def happened(self, sock, event):
        key = self.keys.get(sock.fd)
        known = *self.ready, *self.told
        if key and key.events & event and (sock.fd, event) not in known:
            self.ready.append((sock.fd, event))

    def heed(self, sock, event):
        self.told.discard((sock.fd, event))

    def watch(self, fd, events, data):
        """Heed exactly these events of fd from now on."""
        old = self.keys.get(fd)
        for event in READ, WRITE:
            if not events & event:
                self.told.discard((fd, event))
                if (fd, event) in self.ready:
                    self.ready.remove((fd, event))
        self.keys[fd] = selectors.SelectorKey(fd, fd, events, data)
        for event in READ, WRITE:
            asked = events & event and not (old and old.events & event)
            if asked and self.sockets[fd].is_ready(event):
                self.happened(self.sockets[fd], event)

    def forget(self, fd):
        del self.keys[fd]
        self.ready = [(f, event) for f, event in self.ready if f != fd]
        self.told = {(f, event) for f, event in self.told if f != fd}

    def reads_ahead(self):
        """Whether it was seen that a StreamReader reads before it is asked."""
        return self.paused or any(sock.reads_ahead for sock in self.full)

    def take_ready(self):
        told = [(fd, e) for fd, e in self.ready if self.sockets[fd].is_ready(e)]
        self.ready = []
        self.told.update(told)
        return [(self.keys[fd], event) for fd, event in told]


network = None  # of the loop made last: sockets are made without one


def connect():
    """Begin a new network, for a new loop."""
    global network
    network = Network()
    return network


class Socket:
    """What asyncio uses of a socket."""

    def __init__(self, family=socket.AF_INET, type=socket.SOCK_STREAM, proto=0):
        self.family, self.type, self.proto = family, type, proto
        self.network = network
        self.fd = next(network.numbers)
        network.sockets[self.fd] = self
        self.peer = None
        self.buffer = bytearray()  # what was sent here and not read
        self.room = 1 << 16
        self.ended = False  # the peer sends no more
        self.closed = False
        self.backlog = []
        self.port = None
        self.reads_ahead = False  # into a StreamReader

    def is_ready(self, event):
        if event == READ:
            return bool(self.buffer or self.backlog or self.ended)
        return self.peer.closed or len(self.peer.buffer) < self.peer.room

    def readable(self):
        self.network.happened(self, READ)

    def writable(self):
        self.network.happened(self, WRITE)

    # Connecting.

    def bind(self, address):
        self.port = address[1]

    def listen(self, backlog):
        self.network.listening[self.port] = self

    def connect(self, address):
        listener = self.network.listening.get(address[1])
        if listener is None:
            raise ConnectionRefusedError
        other = Socket()
        join(self, other, self.network.rooms.get(address[1]))
        listener.backlog.append(other)
        listener.readable()

    def accept(self):
        if not self.backlog:
            self.network.heed(self, READ)
            raise BlockingIOError
        sock = self.backlog.pop(0)
        self.network.opening.add(sock)
        return sock, ("", 0)

    # Bytes.

    def send(self, data):
        self.network.heed(self, WRITE)
        if self.peer.closed:
            raise BrokenPipeError
        n = min(len(data), self.peer.room - len(self.peer.buffer))
        if n < len(data):
            self.network.full.append(self.peer)
        if n == 0:
            raise BlockingIOError
        self.peer.buffer += bytes(data[:n])
        self.peer.readable()
        return n

    def sendmsg(self, parts):
        return self.send(b"".join(parts))

    def recv(self, n):
        self.network.heed(self, READ)
        if not self.buffer and not self.ended:
            raise BlockingIOError
        data = bytes(self.buffer[:n])
        del self.buffer[:n]
        if data:
            self.peer.writable()
            if self.is_ready(READ):
                self.readable()
        return data

    def recv_into(self, room):
        data = self.recv(len(room))
        room[: len(data)] = data
        return len(data)

    def shutdown(self, how):
        assert how == socket.SHUT_WR
        self.peer.ended = True
        self.peer.readable()

    def close(self):
        if self.closed:
            return
        self.closed = True
        if self.network.listening.get(self.port) is self:
            del self.network.listening[self.port]
        for waiting in self.backlog:
            waiting.close()
        if self.peer:
            self.shutdown(socket.SHUT_WR)
            self.peer.writable()

    def getsockname(self):
        """What a transport asks first."""
        self.network.opening.discard(self)
        return ("", 0)

    getpeername = getsockname

    # What does nothing here.

    def fileno(self):
        return self.fd

    def setblocking(self, flag):
        pass

    def setsockopt(self, *option):
        pass


def join(a, b, room=None):
    """Connect two sockets."""
    a.peer, b.peer = b, a
    a.room = b.room = room or a.room


class Module:
    """The module socket, but for its sockets."""

    socket = Socket

    def __getattr__(self, name):
        return getattr(socket, name)


asyncio.base_events.socket = Module()
