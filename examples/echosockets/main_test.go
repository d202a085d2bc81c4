package main

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestClientsGetBackWhatTheySend(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		server, err := streams.Listen(ctx, "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		serving := async.Go(ctx, func(ctx context.Context) error { return echoServer(ctx, server) })
		talk := async.Func(func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error { return client(server.Addr()) })
		})
		_, err = async.Gather(ctx, talk, talk, talk)
		require.NoError(t, err)
		serving.Cancel()
		require.True(t, async.IsCanceled(serving.Wait(ctx)))
		return nil
	}))
}

// client sends, and checks what comes back, with package net alone.
func client(addr net.Addr) error {
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		return err
	}
	defer c.Close()
	text := strings.Repeat("hello, socket. ", 1000)
	if _, err := io.WriteString(c, text); err != nil {
		return err
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	back, err := io.ReadAll(c)
	if err == nil && string(back) != text {
		err = io.ErrUnexpectedEOF
	}
	return err
}
