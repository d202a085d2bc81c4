package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/servers"
	"github.com/gobaton/async/streams"
)

// measureStreams lets tasks tick beside streams that are served, all in one
// loop.
func measureStreams(ctx context.Context, in setting) (*lateness, error) {
	late := new(lateness)
	err := async.Run(ctx, func(ctx context.Context) error {
		ticking, stop := async.WithCancel(ctx)
		var ticks async.TaskGroup
		err := ticks.Do(ticking, func(ctx context.Context) error {
			for i := range in.tasks {
				ticks.Go(func(ctx context.Context) error { return in.tick(ctx, i, late) })
			}
			err := in.loadStreams(ctx)
			stop()
			return err
		})
		if async.IsCanceled(err) {
			return nil
		}
		return err
	})
	return late, err
}

// tick wakes each time it is due, from an i-th part of the interval on.
func (s *setting) tick(ctx context.Context, i int, late *lateness) error {
	due := time.Now().Add(s.every * time.Duration(i) / time.Duration(s.tasks))
	for {
		due = due.Add(s.every)
		if err := async.Sleep(ctx, time.Until(due)); err != nil {
			return err
		}
		late.note(time.Since(due))
	}
}

// loadStreams serves what the setting's peer sends, and returns when that is
// done.
func (s *setting) loadStreams(ctx context.Context) error {
	if s.load == "quiet" {
		return async.Sleep(ctx, s.length)
	}
	o := streams.Options{}
	if s.load == "tls" {
		o.TLS = servers.TLSConfig()
	}
	network, address, remove := s.address()
	defer remove()
	sent := async.NewFuture[[]byte](ctx)
	server, err := o.StartServer(ctx, network, address, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		if s.transfers() {
			return receive(ctx, r, sent)
		}
		return servers.EchoStream(requestSize)(ctx, r, w)
	})
	if err != nil {
		return err
	}
	defer server.Close()
	told, err := async.ToThreadValue(ctx, func(ctx context.Context) ([]byte, error) {
		return runPeer(ctx, s, network, server.Addr().String())
	})
	if err != nil || !s.transfers() {
		return err
	}
	got, err := sent.Await(ctx)
	if err == nil && string(got) != string(told) {
		err = fmt.Errorf("the hashes differ: %x here, %x there", got, told)
	}
	return err
}

const block = 64 << 10

// receive hashes what comes.
func receive(ctx context.Context, r *streams.Reader, sum *async.Future[[]byte]) error {
	var h hash.Hash = sha256.New()
	buf := make([]byte, block)
	for {
		n, err := r.Read(ctx, buf)
		h.Write(buf[:n])
		if err != nil {
			return sum.SetResult(h.Sum(nil))
		}
	}
}
