// An echo server over epoll, edge-triggered: what is read is written at once,
// and what does not go is kept until the peer has read.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn {
	int fd;
	char *rest; // unsent
	size_t from, to;
};

static char *buf;
static size_t size;

static void end(struct conn *c)
{
	close(c->fd);
	free(c->rest);
	free(c);
}

// flush returns 1 if nothing is left, 0 if something is, -1 at the end.
static int flush(struct conn *c)
{
	while (c->from < c->to) {
		ssize_t n = write(c->fd, c->rest + c->from, c->to - c->from);
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		c->from += n;
	}
	c->from = c->to = 0;
	return 1;
}

static int keep(struct conn *c, const char *p, size_t n)
{
	if (!c->rest && !(c->rest = malloc(size)))
		return -1;
	memcpy(c->rest, p, n);
	c->to = n;
	return 0;
}

static int serve(struct conn *c)
{
	int sent = flush(c);
	if (sent <= 0)
		return sent;
	for (;;) {
		ssize_t n = read(c->fd, buf, size);
		if (n == 0)
			return -1;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		ssize_t m = write(c->fd, buf, n);
		if (m < 0 && errno != EAGAIN)
			return -1;
		if (m < n)
			return keep(c, buf + (m < 0 ? 0 : m), n - (m < 0 ? 0 : m));
		if ((size_t)n < size)
			return 0;
	}
}

static int add(int epoll, int fd, void *data, unsigned events)
{
	struct epoll_event e = {.events = events, .data.ptr = data};
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static void accept_all(int epoll, int listener)
{
	int fd, one = 1;
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct conn *c = calloc(1, sizeof *c);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		c->fd = fd;
		add(epoll, fd, c, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
	}
}

static int listener_on_any_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) || listen(fd, 4096))
		exit(1);
	getsockname(fd, (struct sockaddr *)&a, &n);
	printf("127.0.0.1:%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct epoll_event events[128];
	int epoll = epoll_create1(0), listener = listener_on_any_port();
	size = strtoul(argv[1], NULL, 10);
	buf = malloc(size);
	add(epoll, listener, &listener, EPOLLIN);
	add(epoll, 0, &epoll, EPOLLIN);
	for (;;) {
		int n = epoll_wait(epoll, events, 128, -1);
		for (int i = 0; i < n; i++) {
			void *p = events[i].data.ptr;
			char line[64];
			if (p == &listener) {
				accept_all(epoll, listener);
			} else if (p == &epoll) {
				if (read(0, line, sizeof line) <= 0)
					return 0;
				puts("nothing to collect");
				fflush(stdout);
			} else if (serve(p) < 0) {
				end(p);
			}
		}
	}
}
