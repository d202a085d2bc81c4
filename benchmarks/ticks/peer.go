package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Of the busy connections.
const (
	busyConns   = 10
	requestSize = 1024
)

// address returns where a server of the load listens, and what removes that.
func (s *setting) address() (network, address string, remove func()) {
	if s.load != "unix" {
		return "tcp", "127.0.0.1:0", func() {}
	}
	dir, err := os.MkdirTemp("", "ticks")
	if err != nil {
		panic(err)
	}
	return "unix", filepath.Join(dir, "s"), func() { _ = os.RemoveAll(dir) }
}

// task is what the peer's process is to do.
type task struct {
	Network, Addr string
	Load          string
	Size          int
	Time          time.Duration
}

// variable of the environment says what a peer is to do.
const variable = "TICKS_PEER"

// runPeer runs the peer until it has sent everything, and returns its hash.
func runPeer(ctx context.Context, s *setting, network, addr string) ([]byte, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	do, err := json.Marshal(task{network, addr, s.load, s.size, s.length})
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), variable+"="+string(do))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(strings.TrimSpace(string(out)))
}

// peerIfAsked makes this process a peer, if it was started as one.
func peerIfAsked() {
	text := os.Getenv(variable)
	if text == "" {
		return
	}
	var do task
	err := json.Unmarshal([]byte(text), &do)
	if err == nil && do.Load == "busy" {
		err = do.ask()
	} else if err == nil {
		err = do.send()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (t *task) dial() (net.Conn, error) {
	c, err := net.Dial(t.Network, t.Addr)
	if err == nil && t.Load == "tls" {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	}
	return c, err
}

// send sends some bytes, and prints their hash.
func (t *task) send() error {
	c, err := t.dial()
	if err != nil {
		return err
	}
	h, chance, buf := sha256.New(), rand.NewChaCha8([32]byte{}), make([]byte, block)
	for left := t.Size; left > 0; left -= len(buf) {
		buf = buf[:min(left, len(buf))]
		_, _ = chance.Read(buf)
		h.Write(buf)
		if _, err := c.Write(buf); err != nil {
			return err
		}
	}
	fmt.Printf("%x\n", h.Sum(nil))
	return c.Close()
}

// ask sends requests on all busy connections.
func (t *task) ask() error {
	end := time.Now().Add(t.Time)
	var all sync.WaitGroup
	failed := make(chan error, busyConns)
	for range busyConns {
		c, err := t.dial()
		if err != nil {
			return err
		}
		all.Go(func() {
			defer c.Close()
			p := make([]byte, requestSize)
			for time.Now().Before(end) {
				if _, err := c.Write(p); err != nil {
					failed <- err
					return
				}
				if _, err := io.ReadFull(c, p); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}
