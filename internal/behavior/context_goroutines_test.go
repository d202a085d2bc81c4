package behavior_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestContextCauseTellsWhyItWasCanceled(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		inner, cancel := async.WithCancelCause(ctx)
		cancel(testkit.ErrBoom)
		cancel(errors.New("later"))
		require.ErrorIs(t, inner.Err(), context.Canceled)
		require.Same(t, testkit.ErrBoom, context.Cause(inner))
		require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, async.Yield(inner))
		limited, stop := async.WithTimeout(ctx, time.Second)
		stop()
		require.ErrorIs(t, limited.Err(), context.Canceled)
		require.True(t, async.IsCanceled(async.Yield(limited)))
		require.NoError(t, async.Sleep(ctx, time.Hour))
		require.ErrorIs(t, limited.Err(), context.Canceled, "its time came after its end")
	})
}

func TestContextAfterFuncRunsWhenATaskIsAskedToStop(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var called, late, stopped sync.WaitGroup
		called.Add(1)
		late.Add(1)
		var stop func() bool
		task := async.Go(ctx, func(ctx context.Context) error {
			context.AfterFunc(ctx, called.Done)
			stop = context.AfterFunc(embedded{ctx}, func() { stopped.Done() })
			err := testkit.Forever(ctx)
			context.AfterFunc(ctx, late.Done)
			return err
		})
		_ = async.Yield(ctx)
		require.True(t, stop())
		task.Cancel()
		called.Wait()
		_ = task.Wait(ctx)
		late.Wait()
		require.False(t, stop())
	})
}

func TestContextOfATaskMayBeUsedByOtherGoroutines(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var users sync.WaitGroup
		task := async.Go(ctx, func(ctx context.Context) error {
			scope, cancel := async.WithCancelCause(context.WithValue(ctx, testkit.Key("k"), 1))
			limited, _ := async.WithTimeout(scope, time.Hour)
			derived, stop := context.WithCancel(limited)
			defer stop()
			for _, c := range []context.Context{ctx, scope, limited, derived, async.Uncancel(derived), embedded{ctx}} {
				users.Go(func() {
					for c.Err() == nil {
						_ = c.Value(testkit.Key("k"))
						_, _ = c.Deadline()
						inner, cancel := context.WithCancel(c)
						_ = context.Cause(inner)
						cancel()
						runtime.Gosched()
					}
					<-c.Done()
					if context.Cause(c) == nil {
						t.Error("an ended context without a cause")
					}
				})
			}
			for range 10 {
				_ = async.Yield(limited)
				_ = async.Uncancel(limited)
			}
			cancel(testkit.ErrBoom)
			_ = async.Yield(derived)
			return testkit.Forever(ctx)
		})
		for range 20 {
			_ = async.Yield(ctx)
		}
		task.Cancel()
		_ = task.Wait(ctx)
		users.Wait()
	})
}

func TestContextDerivedMayBeCanceledByAnyGoroutine(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		for range 100 {
			derived, cancel := context.WithCancel(ctx)
			go cancel()
			if err := testkit.Forever(derived); !async.IsCanceled(err) {
				return fmt.Errorf("interrupted with %w", err)
			}
		}
		return nil
	}))
}

// interposed is a context whose Err calls a function first, once it has one.
type interposed struct {
	context.Context
	first *atomic.Pointer[func()]
}

func (c interposed) Err() error {
	if f := c.first.Load(); f != nil {
		(*f)()
	}
	return c.Context.Err()
}

// The loop may see the end of a context around a scope while another goroutine
// derives from the scope: package context panics if Done is closed then and Err
// still nil.
func TestContextErrIsThereBeforeDoneWhateverTheLoopSeesMeanwhile(t *testing.T) {
	for look := range 8 {
		t.Run(fmt.Sprintf("at look %d", look), func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				var first atomic.Pointer[func()]
				around, cancel := context.WithCancelCause(ctx)
				scope, _ := async.WithCancel(interposed{around, &first})
				done := scope.Done()
				loopSees, seen := make(chan struct{}), make(chan struct{})
				outcome := make(chan any)
				cancel(testkit.ErrBoom)
				go func() {
					defer func() {
						first.Store(nil)
						outcome <- recover()
					}()
					<-done
					looks := 0
					see := func() {
						if looks++; looks == look+1 {
							first.Store(nil)
							close(loopSees)
							<-seen
						}
					}
					first.Store(&see)
					derived, stop := context.WithCancel(scope)
					defer stop()
					if derived.Err() == nil || context.Cause(derived) != testkit.ErrBoom {
						panic(fmt.Sprint(derived.Err(), context.Cause(derived)))
					}
				}()
				select {
				case <-loopSees:
					require.True(t, async.IsCanceled(async.Yield(scope)))
					close(seen)
					require.Nil(t, <-outcome)
				case failed := <-outcome: // so often nobody looks
					require.Nil(t, failed)
				}
			})
		})
	}
}
