package protocol_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

func TestTransportSendFileSendsBehindWhatWasWritten(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		tr, err := protocol.Connect(ctx, a, func() protocol.Protocol { return new(protocol.Base) })
		require.NoError(t, err)
		r, w := streams.New(l, b)
		read := async.GoValue(ctx, r.ReadAll)
		before := strings.Repeat("-", 100_000)
		_, err = tr.WriteString(before)
		require.NoError(t, err)
		n, err := tr.SendFile(ctx, strings.NewReader("a file"), 2, -1)
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		tr.Close()
		got, err := read.Await(ctx)
		require.NoError(t, err)
		require.True(t, string(got) == before+"file")
		require.NoError(t, w.Close())
	})
}

// upgrading is a protocol that goes over to TLS: the server when it is asked
// to, the client when it may.
type upgrading struct {
	protocol.Base
	t      *protocol.Transport
	config *tls.Config
	got    strings.Builder
	done   *async.Future[error]
	lost   error
}

func (u *upgrading) ConnectionMade(t *protocol.Transport) { u.t = t }
func (u *upgrading) ConnectionLost(err error)             { u.lost = err }
func (u *upgrading) DataReceived(data []byte) {
	u.got.Write(data)
	if text := string(data); text != "STARTTLS\n" && text != "go ahead\n" {
		return
	} else if text == "STARTTLS\n" {
		_, _ = u.t.WriteString("go ahead\n")
	}
	async.Go(u.t.Loop().Context(), func(ctx context.Context) error {
		err := u.t.StartTLS(ctx, u.config)
		if err == nil {
			_, err = u.t.WriteString("secret")
		}
		return u.done.SetResult(err)
	})
}

func TestTransportStartTLSEncryptsFromThereOn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		o := &protocol.Options{Network: new(streams.Memory)}
		server := &upgrading{config: &tls.Config{Certificates: []tls.Certificate{newCertificate(t)}}, done: async.NewFuture[error](ctx)}
		s, err := o.Listen(ctx, "tcp", ":25", func() protocol.Protocol { return server })
		require.NoError(t, err)
		client := &upgrading{config: &tls.Config{InsecureSkipVerify: true}, done: async.NewFuture[error](ctx)}
		tr, err := o.Dial(ctx, "tcp", "localhost:25", func() protocol.Protocol { return client })
		require.NoError(t, err)
		_, err = tr.WriteString("STARTTLS\n")
		require.NoError(t, err)
		for _, u := range []*upgrading{client, server} {
			failed, err := u.done.Await(ctx)
			require.NoError(t, err)
			require.NoError(t, failed)
		}
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "STARTTLS\nsecret", server.got.String())
		require.Equal(t, "go ahead\nsecret", client.got.String())
		require.False(t, tr.CanWriteEOF(), "it is encrypted")
		s.Close()
		s.CloseClients()
		require.NoError(t, s.Wait(ctx))
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.True(t, tr.IsClosing())
	})
}

func TestTransportStartTLSThatFailsLosesTheConnection(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := streams.Pipe(async.RunningLoop(ctx))
		p := new(upgrading)
		tr, err := protocol.Connect(ctx, a, func() protocol.Protocol { return p })
		require.NoError(t, err)
		async.RunningLoop(ctx).CallLater(time.Second, func() { _, _ = b.TryWrite([]byte("this is no TLS")) })
		err = tr.StartTLS(ctx, &tls.Config{InsecureSkipVerify: true})
		require.ErrorAs(t, err, new(tls.RecordHeaderError))
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, err, p.lost)
		require.True(t, tr.IsClosing())
	})
}

// newCertificate makes a certificate.
func newCertificate(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
