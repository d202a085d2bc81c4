package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gobaton/async/benchmarks/internal/servers"
)

// measureNet does what measureStreams does, with goroutines.
func measureNet(ctx context.Context, in setting) (*lateness, error) {
	ctx, stop := context.WithCancel(ctx)
	var ticks sync.WaitGroup
	var mu sync.Mutex
	all := new(lateness)
	for i := range in.tasks {
		ticks.Go(func() { in.tickAlone(ctx, i, &mu, all) })
	}
	err := in.loadNet(ctx)
	stop()
	ticks.Wait()
	return all, err
}

func (s *setting) tickAlone(ctx context.Context, i int, mu *sync.Mutex, late *lateness) {
	due := time.Now().Add(s.every * time.Duration(i) / time.Duration(s.tasks))
	for ctx.Err() == nil {
		due = due.Add(s.every)
		time.Sleep(time.Until(due))
		d := time.Since(due)
		mu.Lock()
		late.note(d)
		mu.Unlock()
	}
}

func (s *setting) loadNet(ctx context.Context) error {
	if s.load == "quiet" {
		time.Sleep(s.length)
		return nil
	}
	network, address, remove := s.address()
	defer remove()
	l, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	defer l.Close()
	addr := l.Addr().String()
	if s.load == "tls" {
		l = tls.NewListener(l, servers.TLSConfig())
	}
	sums := make(chan []byte, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serveNet(c, sums)
		}
	}()
	told, err := runPeer(ctx, s, network, addr)
	if err != nil || !s.transfers() {
		return err
	}
	if got := <-sums; string(got) != string(told) {
		return fmt.Errorf("the hashes differ: %x here, %x there", got, told)
	}
	return nil
}

func (s *setting) serveNet(c net.Conn, sums chan<- []byte) {
	defer c.Close()
	if !s.transfers() {
		buf := make([]byte, requestSize)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			if _, err := c.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	h := sha256.New()
	_, _ = io.CopyBuffer(h, struct{ io.Reader }{c}, make([]byte, block))
	sums <- h.Sum(nil)
}
