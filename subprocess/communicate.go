package subprocess

import (
	"cmp"
	"context"
	"errors"
	"os/exec"
	"slices"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// feedSize is how much of the input is written at once.
const feedSize = 64 << 10

// Communicate writes input and closes Stdin, reads Stdout and Stderr to their
// ends, and waits for the process; asyncio's communicate. It does so at once,
// whatever the sizes, and suspends until all of it is done. Without a Pipe
// there is nothing to read, and the result is nil; an input without one panics.
// It is no error that a process ends, or closes its input, before it has read
// all of it. The status is that of [Process.ReturnCode].
//
// If ctx is canceled first, Communicate returns its error, leaves the process
// alone and loses nothing: call it again, without input, for the whole of the
// outputs.
func (p *Process) Communicate(ctx context.Context, input []byte) (stdout, stderr []byte, err error) {
	if len(input) > 0 && p.Stdin == nil {
		panic("async: Communicate with an input for a process without a Stdin: set Options.Stdin to Pipe")
	}
	if len(p.input) > 0 {
		input = append(p.input, input...)
	}
	p.input = input
	late, err := p.exchange(ctx)
	if err == nil {
		_, err = p.Wait(ctx)
	}
	if err != nil {
		p.input = slices.Clone(p.input) // the caller may change it
		return nil, nil, err
	}
	stdout, stderr = p.outputs[0], p.outputs[1]
	p.outputs = [2][]byte{}
	if late[0] || late[1] {
		err = exec.ErrWaitDelay
	}
	return stdout, stderr, err
}

// exchange writes the input and reads the outputs, all at once. It tells which
// outputs were read for too short a time.
func (p *Process) exchange(ctx context.Context) (late [2]bool, err error) {
	var parts []*async.Task[async.Void]
	err = async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		start := func(fn func(ctx context.Context) error) {
			t := tg.Go(fn)
			t.OnDone(func() {
				if t.Canceled() { // no error of a group, but the others may wait for what t was to do
					tg.Cancel()
				}
			})
			parts = append(parts, t)
		}
		start(p.feed)
		for i, r := range []*streams.Reader{p.Stdout, p.Stderr} {
			if r != nil {
				start(func(ctx context.Context) (err error) {
					p.outputs[i], late[i], err = p.collect(ctx, r, p.outputs[i])
					return err
				})
			}
		}
		return nil
	})
	for _, t := range parts {
		err = cmp.Or(err, t.Err())
	}
	return late, err
}

// feed writes the input, as long as the process takes any.
func (p *Process) feed(ctx context.Context) error {
	if p.Stdin == nil {
		return nil
	}
	for len(p.input) > 0 {
		n := min(len(p.input), feedSize)
		if _, err := p.Stdin.Write(p.input[:n]); err != nil {
			break
		}
		p.input = p.input[n:]
		if err := p.Stdin.Drain(ctx); err != nil {
			if ctx.Err() != nil {
				return err
			}
			break
		}
	}
	p.input = nil
	_ = p.Stdin.Close()
	return nil
}

// collect reads an output to its end, behind what was read before. It reads on
// for Options.WaitDelay only, if there is one, after the process has ended, and
// tells if that was too short.
func (p *Process) collect(ctx context.Context, r *streams.Reader, before []byte) (all []byte, late bool, err error) {
	scope, reading := async.NewTimeout(async.NoTimeout), true
	if delay := p.options.WaitDelay; delay > 0 {
		limit := async.Go(ctx, func(ctx context.Context) error {
			if err := p.exited.Wait(ctx); err != nil || !reading {
				return err
			}
			return scope.Reschedule(p.loop.Now().Add(delay))
		})
		defer limit.Cancel()
	}
	var more []byte
	err = scope.Do(ctx, func(ctx context.Context) (err error) {
		defer func() { reading = false }()
		more, err = r.ReadAll(ctx)
		return err
	})
	if errors.Is(err, async.ErrTimeout) && ctx.Err() == nil {
		more, err = r.ReadExactly(ctx, r.Buffered())
		late = true
	}
	if len(before) > 0 {
		more = append(before, more...)
	}
	return more, late, err
}
