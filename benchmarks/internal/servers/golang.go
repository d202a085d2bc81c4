package servers

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

// serveNet is a goroutine for each connection.
func serveNet(size int, l net.Listener) {
	fmt.Println(l.Addr())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go echoNet(c, size)
		}
	}()
	answerInput()
}

func echoNet(c net.Conn, size int) {
	defer c.Close()
	buf := make([]byte, size)
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

func serveNetTLS(size int) {
	serveNet(size, tls.NewListener(listen(), TLSConfig()))
}

// TLSConfig returns one with a certificate that nobody knows.
func TLSConfig() *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// untilEOF returns a context that is done when the standard input ends.
func untilEOF() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		answerInput()
		cancel()
	}()
	return ctx
}

func serveStreams(size, loops int, config *tls.Config) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		o := streams.Options{TLS: config, Loops: loops}
		if loops == 1 {
			return serveOn(ctx, &o, EchoStream(size))
		}
		s, err := o.StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) { return EchoStream(size), nil })
		if err != nil {
			return err
		}
		fmt.Println(s.Addr())
		return s.Serve(ctx)
	})
}

func serveGoroutines(size int) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		return serveOn(ctx, &streams.Options{Network: &streams.System{Goroutines: true}}, EchoStream(size))
	})
}

func serveOn(ctx context.Context, o *streams.Options, h streams.Handler) error {
	s, err := o.StartServer(ctx, "tcp", "127.0.0.1:0", h)
	if err != nil {
		return err
	}
	fmt.Println(s.Addr())
	return s.Serve(ctx)
}

// EchoStream returns a handler that sends back what it reads, at most size bytes
// at a time.
func EchoStream(size int) streams.Handler {
	return func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		buf := make([]byte, size)
		for {
			n, err := r.Read(ctx, buf)
			if err != nil {
				return err
			}
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
			if err := w.Drain(ctx); err != nil {
				return err
			}
		}
	}
}

// echo is the server as a protocol.
type echo struct {
	protocol.Base
	t *protocol.Transport
}

func (e *echo) ConnectionMade(t *protocol.Transport) { e.t = t }
func (e *echo) DataReceived(data []byte)             { _, _ = e.t.Write(data) }

func serveProtocol(int) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		s, err := protocol.Listen(ctx, "tcp", "127.0.0.1:0", func() protocol.Protocol { return new(echo) })
		if err != nil {
			return err
		}
		fmt.Println(s.Addr())
		return s.Serve(ctx)
	})
}
