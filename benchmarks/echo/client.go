package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

// task is what a client is to do.
type task struct {
	Addr        string
	Conns, Size int
	Time        time.Duration
	TLS         bool
}

// told is what a client has found.
type told struct {
	Requests int
	P50, P99 float64 // microseconds
	Error    string
}

// client is the process of the clients.
type client struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

// variable of the environment says what a client is to do.
const variable = "ECHO_CLIENT"

// startClient starts the clients' process, and returns when they are connected.
func startClient(addr string, in setting, encrypted bool) (*client, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	do, err := json.Marshal(task{addr, in.conns, in.size, in.length, encrypted})
	if err != nil {
		return nil, err
	}
	c := &client{cmd: exec.Command(exe)}
	c.cmd.Env = append(os.Environ(), variable+"="+string(do))
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = json.NewDecoder(out)
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	var connected told
	if err := c.out.Decode(&connected); err != nil {
		return nil, err
	}
	return c, connected.err()
}

func (t *told) err() error {
	if t.Error != "" {
		return errors.New(t.Error)
	}
	return nil
}

// run lets the clients send requests, until their time is over.
func (c *client) run() (t told, err error) {
	if err := c.in.Close(); err != nil {
		return t, err
	}
	if err := c.out.Decode(&t); err != nil {
		return t, err
	}
	return t, errors.Join(t.err(), c.cmd.Wait())
}

// clientIfAsked makes this process the clients', if it was started as such.
func clientIfAsked() {
	text := os.Getenv(variable)
	if text == "" {
		return
	}
	var do task
	if err := json.Unmarshal([]byte(text), &do); err != nil {
		fail(err)
	}
	conns, err := do.connect()
	if err != nil {
		answer(told{Error: err.Error()})
		os.Exit(1)
	}
	answer(told{})
	_, _ = io.Copy(io.Discard, os.Stdin)
	answer(do.load(conns))
	os.Exit(0)
}

func answer(t told) {
	if err := json.NewEncoder(os.Stdout).Encode(t); err != nil {
		fail(err)
	}
}

// connect opens the connections and sends a request on each, so that all are
// served when it returns.
func (t *task) connect() ([]net.Conn, error) {
	conns := make([]net.Conn, t.Conns)
	for i := range conns {
		c, err := net.Dial("tcp", t.Addr)
		if err != nil {
			return nil, err
		}
		if t.TLS {
			c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		}
		conns[i] = c
		p := make([]byte, t.Size)
		if err := request(c, p, p); err != nil {
			return nil, err
		}
	}
	return conns, nil
}

func request(c net.Conn, out, in []byte) error {
	if _, err := c.Write(out); err != nil {
		return err
	}
	_, err := io.ReadFull(c, in)
	return err
}

// load sends requests on all connections.
func (t *task) load(conns []net.Conn) told {
	var mu sync.Mutex
	var wait sync.WaitGroup
	var all times
	var failed error
	end := time.Now().Add(t.Time)
	for _, c := range conns {
		wait.Go(func() {
			own, err := t.loadOne(c, end)
			mu.Lock()
			defer mu.Unlock()
			all.add(own)
			failed = errors.Join(failed, err)
		})
	}
	wait.Wait()
	result := told{Requests: all.count, P50: all.quantile(0.5), P99: all.quantile(0.99)}
	if failed != nil {
		result.Error = fmt.Sprint(failed)
	}
	return result
}

func (t *task) loadOne(c net.Conn, end time.Time) (*times, error) {
	own, out, in := new(times), make([]byte, t.Size), make([]byte, t.Size)
	for now := time.Now(); now.Before(end); {
		if err := request(c, out, in); err != nil {
			return own, err
		}
		next := time.Now()
		own.note(next.Sub(now))
		now = next
	}
	return own, nil
}
