package monitorhttp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gobaton/async/monitor"
)

// A Server serves the page of a monitor until it is closed.
type Server struct {
	handler *Handler
	address net.Addr
	servers []*http.Server
	done    sync.WaitGroup
}

// Start serves the page of m, and on the Unix socket if there is to be one. It
// returns at once; Close ends it.
func Start(m *monitor.Monitor, o Options) (*Server, error) {
	l, err := net.Listen("tcp", cmp.Or(o.Address, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	s := &Server{handler: New(m, o), address: l.Addr()}
	if o.Socket != "" {
		socket, err := listenOwned(o.Socket)
		if err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("monitor: %w", err)
		}
		s.serve(socket, owned)
	}
	s.serve(l, nil)
	return s, nil
}

// serve serves what l accepts.
func (s *Server) serve(l net.Listener, mark func(context.Context, net.Conn) context.Context) {
	server := &http.Server{
		Handler: s.handler, ConnContext: mark, ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 20 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 16,
	}
	s.servers = append(s.servers, server)
	s.done.Go(func() { _ = server.Serve(l) })
}

// URL returns the address of the page, with the token in it.
func (s *Server) URL() string { return s.handler.URL("http://" + s.address.String() + "/") }

// Handler returns what answers the requests.
func (s *Server) Handler() *Handler { return s.handler }

// Close ends the server, with all connections of viewers. The monitor goes on.
func (s *Server) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	s.done.Wait()
	return errors.Join(errs...)
}

// listenOwned listens on a Unix socket that only this user may open. It takes
// the place of a socket whose program has died.
func listenOwned(path string) (net.Listener, error) {
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("the socket %s is served by another program", path)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return listenUnix(path)
}
