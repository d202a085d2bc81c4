package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// compareIdle has so many connections to a server of each kind wait for their
// next request, and prints what memory of the server's one of them holds.
func compareIdle(kinds []string, n int) error {
	raiseDescriptors()
	for _, k := range kinds {
		each, err := idle(k, n)
		if err != nil {
			return fmt.Errorf("%s server: %w", k, err)
		}
		fmt.Printf("idle   %-8s %d connections, %d bytes each\n", k, n, each)
	}
	return nil
}

// raiseDescriptors lets this process, and those that it starts, have as many as
// the system allows.
func raiseDescriptors() {
	var limit syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	limit.Cur = limit.Max
	must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
}

func idle(k string, n int) (each int, err error) {
	server := command("server", k)
	stop, err := server.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = stop.Close()
		_ = server.Wait()
	}()
	if _, err := fmt.Fscanln(out, addr); err != nil {
		return 0, err
	}
	conns := make([]net.Conn, n)
	before := 0
	for i := range conns {
		if conns[i], err = net.Dial("tcp", *addr); err != nil {
			return 0, err
		}
		defer conns[i].Close()
		if err := askOnce(conns[i]); err != nil {
			return 0, err
		}
		if i == n/10 { // what the first need is none of theirs
			before = resident(server.Process.Pid)
		}
	}
	each = (resident(server.Process.Pid) - before) / (n - n/10)
	for _, conn := range conns { // all are there
		if err := askOnce(conn); err != nil {
			return 0, err
		}
	}
	return each, nil
}

func askOnce(conn net.Conn) error {
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return err
	}
	reader := bufio.NewReaderSize(conn, 1<<10)
	for {
		line, err := reader.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "Hello") {
			return err
		}
	}
}

// resident returns how much memory a process has.
func resident(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	must(err)
	var all, pages int
	_, err = fmt.Sscan(string(text), &all, &pages)
	must(err)
	return pages * os.Getpagesize()
}
