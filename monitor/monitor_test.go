package monitor_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/primitives"
)

func TestSnapshotShowsWhatEachTaskWaitsForAndWhoHoldsIt(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var lock primitives.Lock
		hold := func(ctx context.Context) error {
			return lock.With(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		}
		first, second := async.Go(ctx, hold), async.Go(ctx, hold)
		third := async.Go(ctx, func(ctx context.Context) error { return second.Wait(ctx) })
		require.NoError(t, async.Sleep(ctx, time.Minute))

		s := m.Snapshot()
		require.False(t, s.Outside)
		require.Len(t, s.Tasks, 4)
		require.Equal(t, time.Minute, s.Now)
		require.Equal(t, monitor.Running, s.Tasks[0].State)
		require.Equal(t, &monitor.Wait{Kind: "timer", Text: "a timer"}, s.Tasks[1].Wait)
		require.Equal(t, "lock", s.Tasks[2].Wait.Kind)
		require.Contains(t, s.Tasks[2].Wait.Text, "a Lock held by Task-2")
		require.Equal(t, []uint64{2}, s.Tasks[2].Wait.Holders)
		require.Equal(t, &monitor.Wait{Kind: "task", Text: "Task-3", Holders: []uint64{3}}, s.Tasks[3].Wait)
		require.Equal(t, []*monitor.Task{&s.Tasks[3], &s.Tasks[2], &s.Tasks[1]}, s.Chain(4))
		for _, task := range s.Tasks[1:] {
			require.Equal(t, uint64(1), task.Owner)
			require.Equal(t, "TestSnapshotShowsWhatEachTaskWaitsForAndWhoHoldsIt", task.Function)
			require.Equal(t, "monitor_test.go", file(task.Start))
			require.Equal(t, time.Minute, task.Age)
			require.Equal(t, uint64(1), task.Steps)
		}
		first.Cancel()
		require.Error(t, first.Wait(ctx))
		require.NoError(t, second.Wait(ctx))
		require.NoError(t, third.Wait(ctx))
	})
}

func file(p *monitor.Place) string {
	name, _, _ := strings.Cut(p.String(), ":")
	return name
}

func TestCancelIsToldWithItsCauseInTheHistory(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		sleep := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
		byMonitor, byTask := async.Go(ctx, sleep), async.Go(ctx, sleep)
		byTime := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, time.Second, sleep)
		})
		fails := async.Go(ctx, func(context.Context) error { return errors.New("no luck") })
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, m.Cancel(2, errors.New("from the page")))
		require.ErrorIs(t, m.Cancel(99, nil), monitor.ErrUnknownTask)
		byTask.CancelCause(errors.New("enough"))
		for _, task := range []*async.Task[async.Void]{byMonitor, byTask, byTime, fails} {
			require.Error(t, task.Wait(ctx))
		}
		ended := m.Ended().Tasks
		require.Len(t, ended, 4)
		require.Equal(t, []uint64{4, 3, 2, 5}, []uint64{ended[0].ID, ended[1].ID, ended[2].ID, ended[3].ID})
		require.Equal(t, monitor.Failed, ended[0].Outcome)
		require.Equal(t, &monitor.Cause{Name: "a timeout", Cause: "async: timed out", Within: true, At: time.Second}, ended[0].Cancel)
		require.Equal(t, monitor.Canceled, ended[1].Outcome)
		require.Equal(t, "enough", ended[1].Cancel.Cause)
		require.Equal(t, uint64(1), ended[1].Cancel.By)
		require.Equal(t, "the monitor", ended[2].Cancel.Name)
		require.Equal(t, "from the page", ended[2].Cancel.Cause)
		require.Equal(t, "no luck", ended[3].Error)
		require.Nil(t, ended[3].Cancel)
		s := m.Stats()
		require.Equal(t, uint64(2), s.Failed)
		require.Equal(t, uint64(2), s.Canceled)
		require.Equal(t, 1, s.Live)
	})
}

// blocked runs body while a task of a loop on the wall clock holds the baton.
func blocked(t *testing.T, tasks int, body func(m *monitor.Monitor)) {
	release := make(chan struct{})
	holds := make(chan *monitor.Monitor)
	ended := make(chan error)
	go func() {
		ended <- async.Run(context.Background(), func(ctx context.Context) error {
			m := monitor.Attach(ctx, monitor.Options{Patience: 10 * time.Millisecond})
			defer m.Detach()
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range tasks {
					tg.Go(async.Yield)
				}
				tg.GoNamed("blocker", func(ctx context.Context) error { return holdTheBaton(ctx, m, holds, release) })
				return nil
			})
		})
	}()
	body(<-holds)
	close(release)
	require.NoError(t, <-ended)
}

func holdTheBaton(ctx context.Context, m *monitor.Monitor, holds chan<- *monitor.Monitor, release <-chan struct{}) error {
	holds <- m
	<-release
	return async.Yield(ctx)
}

func TestSnapshotAnswersWhileAStepHoldsTheBaton(t *testing.T) {
	blocked(t, 3, func(m *monitor.Monitor) {
		s := m.Snapshot()
		require.True(t, s.Outside)
		require.Len(t, s.Tasks, 5)
		require.NotNil(t, s.Holder)
		require.Equal(t, "blocker", s.Holder.Name)
		require.Equal(t, []uint64{2, 3, 4}, s.Holder.Keeps)
		require.Contains(t, s.Holder.Stack[0].Function, "holdTheBaton")
		require.Equal(t, monitor.Running, s.Task(5).State)
		require.Equal(t, monitor.Ready, s.Task(2).State)
		require.Equal(t, "group", s.Task(1).Wait.Kind)
		require.ErrorIs(t, m.Cancel(2, nil), monitor.ErrNoAnswer)
		require.Equal(t, 5, m.Stats().Live)
	})
}

func TestWarningOfATaskThatHoldsTheBatonAndHasNeverSuspended(t *testing.T) {
	blocked(t, 1, func(m *monitor.Monitor) {
		for {
			s := m.Snapshot()
			if len(s.Warnings) > 0 && s.Warnings[0].Kind == monitor.NeverYields {
				require.Equal(t, uint64(3), s.Warnings[0].Task)
				require.Contains(t, s.Warnings[0].Text, "blocker has held the baton for ")
				require.Contains(t, s.Warnings[0].Text, "; 1 wait for their turn, and has never suspended")
				return
			}
			runtime.Gosched()
		}
	})
}

func TestTasksBeyondTheLimitAreDroppedAndNoEndIsLost(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Tasks: 4, History: 2})
		defer m.Detach()
		_, err := async.Gather(ctx, async.Funcs(
			sleeper(1), sleeper(2), sleeper(3), sleeper(4), sleeper(5), sleeper(6), sleeper(7), func(ctx context.Context) error {
				require.NoError(t, async.Yield(ctx))
				s := m.Snapshot()
				require.Equal(t, 9, s.Stats.Live)
				require.Equal(t, s.Stats.Known, len(s.Tasks))
				require.Equal(t, uint64(9-len(s.Tasks)), s.Stats.Dropped)
				require.Equal(t, monitor.TasksDropped, s.Warnings[len(s.Warnings)-1].Kind)
				return nil
			})...)
		require.NoError(t, err)
		s := m.Snapshot()
		require.Len(t, s.Tasks, 1, "those that were known have ended, and no ghost is left")
		require.Equal(t, 1, s.Stats.Live)
		require.Equal(t, 1, s.Stats.Known)
		require.Equal(t, uint64(8), s.Stats.Finished)
		require.Len(t, m.Ended().Tasks, 2)
	})
}

func sleeper(seconds int) func(ctx context.Context) error {
	return func(ctx context.Context) error { return async.Sleep(ctx, time.Duration(seconds)*time.Second) }
}

func TestCycleOfAwaitsIsWarnedOf(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var a, b primitives.Lock
		both := func(one, other *primitives.Lock) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return one.With(ctx, func(ctx context.Context) error {
					if err := async.Yield(ctx); err != nil {
						return err
					}
					return other.With(ctx, async.Yield)
				})
			}
		}
		first, second := async.Go(ctx, both(&a, &b)), async.Go(ctx, both(&b, &a))
		require.NoError(t, async.Sleep(ctx, time.Second))
		s := m.Snapshot()
		require.Equal(t, [][]uint64{{2, 3}}, s.Cycles())
		require.Equal(t, monitor.AwaitCycle, s.Warnings[0].Kind)
		require.Equal(t, uint64(2), s.Warnings[0].Task)
		require.Regexp(t, "^a deadlock: Task-2 waits for a Lock held by Task-3.*, which waits for a Lock held by Task-2", s.Warnings[0].Text)
		first.Cancel()
		require.Error(t, first.Wait(ctx))
		require.NoError(t, second.Wait(ctx))
	})
}

func TestStreamTellsOfStartsAndEndsInOrder(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		s := m.Events(monitor.EventOptions{})
		task := async.Go(async.Named(ctx, "worker"), sleeper(1))
		require.NoError(t, async.Yield(ctx))
		task.CancelCause(errors.New("enough"))
		require.Error(t, task.Wait(ctx))
		m.Detach()
		var events []monitor.Event
		for open := true; open; {
			<-s.Ready()
			events, open = s.Take(events)
		}
		require.Equal(t, []monitor.Event{
			{Seq: 1, Kind: monitor.TaskStarted, Task: 2, Other: 1, Name: "worker", Text: "sleeper"},
			{Seq: 2, Kind: monitor.TaskCanceled, Task: 2, Other: 1, Name: "Task-1", Text: "enough"},
			{Seq: 3, Kind: monitor.TaskEnded, Task: 2, Text: "canceled"},
		}, events)
	})
}

func TestStreamWithStepsTellsOfWaitsAndWakeups(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		s := m.Events(monitor.EventOptions{Steps: true})
		var event primitives.Event
		task := async.Go(ctx, func(ctx context.Context) error { return event.Wait(ctx) })
		require.NoError(t, async.Sleep(ctx, time.Second))
		event.Set()
		require.NoError(t, task.Wait(ctx))
		m.Detach()
		var events []monitor.Event
		for open := true; open; {
			<-s.Ready()
			events, open = s.Take(events)
		}
		for i := range events {
			events[i].Seq = 0
		}
		at := time.Second
		require.Equal(t, []monitor.Event{
			{Kind: monitor.TaskStarted, Task: 2, Other: 1, Name: "Task-2", Text: "TestStreamWithStepsTellsOfWaitsAndWakeups"},
			{Kind: monitor.TaskStep, Task: 1, Text: "timer"},
			{Kind: monitor.TaskStep, Task: 2, Text: "event"},
			{Kind: monitor.TaskWoken, At: at, Task: 2, Other: 1},
			{Kind: monitor.TaskStep, At: at, Task: 1, Text: "task", Other: 2},
			{Kind: monitor.TaskWoken, At: at, Task: 1, Other: 2},
			{Kind: monitor.TaskStep, At: at, Task: 2},
			{Kind: monitor.TaskEnded, At: at, Task: 2, Text: "finished"},
		}, events)
	})
}

func TestStreamOfASlowReaderDropsAndCounts(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		s := m.Events(monitor.EventOptions{Buffer: 10})
		for range 100 {
			require.NoError(t, async.Go(ctx, async.Yield).Wait(ctx))
		}
		m.Detach()
		events, _ := s.Take(nil)
		require.Len(t, events, 10)
		require.Equal(t, uint64(190), s.Dropped())
		require.Equal(t, uint64(190), m.Stats().DroppedEvents)
	})
}

func TestMonitorEndsWithItsLoop(t *testing.T) {
	var m *monitor.Monitor
	var s *monitor.Stream
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		m = monitor.Attach(ctx, monitor.Options{})
		s = m.Events(monitor.EventOptions{})
		return async.Go(ctx, async.Yield).Wait(ctx)
	}))
	var events []monitor.Event
	for open := true; open; {
		<-s.Ready()
		events, open = s.Take(events)
	}
	require.NotEmpty(t, events)
	snapshot := m.Snapshot()
	require.True(t, snapshot.Closed)
	require.Empty(t, snapshot.Tasks)
	require.ErrorIs(t, m.Cancel(1, nil), monitor.ErrClosed)
	require.Len(t, m.Ended().Tasks, 2)
	m.Detach()
}

func TestAttachASecondTimePanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		require.PanicsWithValue(t, "monitor: the loop has a monitor already: share it", func() { monitor.Attach(ctx, monitor.Options{}) })
		m.Detach()
		monitor.Attach(ctx, monitor.Options{}).Detach()
	})
}

// driveTheLoop sleeps again and again: meanwhile the loop runs on its
// goroutine.
func driveTheLoop(ctx context.Context) error {
	for {
		if err := async.Sleep(ctx, time.Microsecond); err != nil {
			return err
		}
	}
}

func TestStackOfTheTaskOnWhoseGoroutineTheLoopRuns(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Patience: time.Minute})
		defer m.Detach()
		task := async.Go(ctx, driveTheLoop)
		defer task.Cancel()
		return async.ToThread(ctx, func(context.Context) error {
			for range 200 {
				stack, err := m.Stack(2)
				if err != nil {
					return err
				}
				if len(stack) > 0 { // it has begun
					require.Contains(t, stack[len(stack)-1].Function, "driveTheLoop")
				}
			}
			return nil
		})
	}))
}
