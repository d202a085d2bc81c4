package async_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// belongings are what a task has that only tasks and callbacks of its loop may
// touch, each used and not.
type belongings struct {
	ctx      context.Context // of the task, which runs
	asleep   context.Context // of another one
	loop     *async.Loop
	future   *async.Future[int]
	failed   *async.Future[int]
	task     *async.Task[async.Void]
	ended    *async.Task[async.Void]
	group    *async.TaskGroup
	timeout  *async.TimeoutScope
	timer    *async.Handle
	remove   func() bool
	cancel   context.CancelFunc
	cause    context.CancelCauseFunc
	callback *async.Callback
	notifier *async.Notifier

	lock      primitives.Lock
	rwlock    primitives.RWLock
	reading   primitives.RWLock
	event     primitives.Event
	set       primitives.Event
	condition primitives.Condition
	semaphore *primitives.Semaphore
	limiter   *primitives.CapacityLimiter
	barrier   *primitives.Barrier
	queue     primitives.Queue[int]
	empty     primitives.Queue[int]
}

// strangers are the operations of the public API that a goroutine which is no
// task must not do, by their names.
var strangers = map[string]func(b *belongings){
	"Yield":                   func(b *belongings) { _ = async.Yield(b.ctx) },
	"Yield for another":       func(b *belongings) { _ = async.Yield(b.asleep) },
	"Sleep":                   func(b *belongings) { _ = async.Sleep(b.ctx, time.Second) },
	"Sleep(0)":                func(b *belongings) { _ = async.Sleep(b.ctx, 0) },
	"SleepValue":              func(b *belongings) { _, _ = async.SleepValue(b.ctx, time.Second, 1) },
	"Uncancel":                func(b *belongings) { async.Uncancel(b.ctx) },
	"Go":                      func(b *belongings) { async.Go(b.ctx, async.Yield) },
	"Go with Loop.Context":    func(b *belongings) { async.Go(b.loop.Context(), async.Yield) },
	"GoValue":                 func(b *belongings) { async.GoValue(b.ctx, async.BindValue0(fortyTwo)) },
	"GoEager":                 func(b *belongings) { async.GoEager(b.ctx, async.Yield) },
	"GoEagerValue":            func(b *belongings) { async.GoEagerValue(b.ctx, async.BindValue0(fortyTwo)) },
	"GoLazy":                  func(b *belongings) { async.GoLazy(b.ctx, async.Yield) },
	"GoLazyValue":             func(b *belongings) { async.GoLazyValue(b.ctx, async.BindValue0(fortyTwo)) },
	"Gather":                  func(b *belongings) { _, _ = async.Gather(b.ctx, b.future) },
	"Gather of functions":     func(b *belongings) { _, _ = async.Gather(b.ctx, async.Funcs(async.Yield)...) },
	"Gather2":                 func(b *belongings) { _, _, _ = async.Gather2(b.ctx, b.future, b.future) },
	"Gather3":                 func(b *belongings) { _, _, _, _ = async.Gather3(b.ctx, b.future, b.future, b.future) },
	"GatherSettled":           func(b *belongings) { _, _ = async.GatherSettled(b.ctx, b.future) },
	"Map":                     func(b *belongings) { _, _ = async.Map(b.ctx, 1, []int{1}, double) },
	"Race":                    func(b *belongings) { _, _ = async.Race(b.ctx, b.future) },
	"Any":                     func(b *belongings) { _, _ = async.Any(b.ctx, b.future) },
	"Wait":                    func(b *belongings) { _, _, _ = async.Wait(b.ctx, async.AllCompleted, b.future) },
	"WaitTimeout":             func(b *belongings) { _, _, _ = async.WaitTimeout(b.ctx, async.AllCompleted, 1, b.future) },
	"WaitFor":                 func(b *belongings) { _, _ = async.WaitFor(b.ctx, b.future, time.Second) },
	"WaitFor at once":         func(b *belongings) { _, _ = async.WaitFor(b.ctx, b.future, 0) },
	"AsCompleted":             func(b *belongings) { _ = slices.Collect(keys(async.AsCompleted(b.ctx, b.future))) },
	"Shield":                  func(b *belongings) { _, _ = async.Shield(b.ctx, b.future) },
	"Timeout":                 func(b *belongings) { _ = async.Timeout(b.ctx, time.Second, noWork) },
	"TimeoutValue":            func(b *belongings) { _, _ = async.TimeoutValue(b.ctx, time.Second, fortyTwo) },
	"NewTimeout.Do":           func(b *belongings) { _ = async.NewTimeout(time.Second).Do(b.ctx, noWork) },
	"WithTaskGroup":           func(b *belongings) { _ = async.WithTaskGroup(b.ctx, noWorkIn) },
	"WithCancel":              func(b *belongings) { _, cancel := async.WithCancel(b.ctx); cancel() },
	"WithCancelCause":         func(b *belongings) { _, cancel := async.WithCancelCause(b.ctx); cancel(nil) },
	"WithTimeout":             func(b *belongings) { _, cancel := async.WithTimeout(b.ctx, time.Second); cancel() },
	"WithDeadline":            func(b *belongings) { _, cancel := async.WithDeadline(b.ctx, time.Time{}); cancel() },
	"a CancelFunc":            func(b *belongings) { b.cancel() },
	"a CancelCauseFunc":       func(b *belongings) { b.cause(nil) },
	"ToThread":                func(b *belongings) { _ = async.ToThread(b.ctx, noWork) },
	"ToThreadValue":           func(b *belongings) { _, _ = async.ToThreadValue(b.ctx, fortyTwo) },
	"ToThreadAcquire":         func(b *belongings) { _, _ = async.ToThreadAcquire(b.ctx, fortyTwo, func(int) {}) },
	"RunInExecutor":           func(b *belongings) { async.RunInExecutor(b.ctx, nil, fortyTwo) },
	"Recv":                    func(b *belongings) { _, _, _ = async.Recv(b.ctx, make(chan int)) },
	"RecvAll":                 func(b *belongings) { _ = slices.Collect(keys(async.RecvAll(b.ctx, make(chan int)))) },
	"Send":                    func(b *belongings) { _ = async.Send(b.ctx, make(chan int), 1) },
	"AllTasks":                func(b *belongings) { async.AllTasks(b.ctx) },
	"Dump":                    func(b *belongings) { async.Dump(b.ctx) },
	"DumpTree":                func(b *belongings) { async.DumpTree(b.ctx) },
	"Future.Await":            func(b *belongings) { _, _ = b.future.Await(b.ctx) },
	"Future.Wait":             func(b *belongings) { _ = b.future.Wait(b.ctx) },
	"Future.SetResult":        func(b *belongings) { _ = b.future.SetResult(1) },
	"Future.SetError":         func(b *belongings) { _ = b.future.SetError(errors.New("x")) },
	"Future.Cancel":           func(b *belongings) { b.future.Cancel() },
	"Future.CancelCause":      func(b *belongings) { b.future.CancelCause(nil) },
	"Future.OnDone":           func(b *belongings) { b.future.OnDone(func() {}) },
	"OnDone's remove":         func(b *belongings) { b.remove() },
	"Future.Done":             func(b *belongings) { b.future.Done() },
	"Future.Canceled":         func(b *belongings) { b.future.Canceled() },
	"Future.Result":           func(b *belongings) { _, _ = b.failed.Result() },
	"Future.Err":              func(b *belongings) { _ = b.failed.Err() },
	"Task.Await":              func(b *belongings) { _, _ = b.task.Await(b.ctx) },
	"Task.Wait":               func(b *belongings) { _ = b.task.Wait(b.ctx) },
	"Task.Cancel":             func(b *belongings) { b.task.Cancel() },
	"Task.CancelCause":        func(b *belongings) { b.task.CancelCause(nil) },
	"Task.OnDone":             func(b *belongings) { b.task.OnDone(func() {}) },
	"Task.Done":               func(b *belongings) { b.task.Done() },
	"Task.Canceled":           func(b *belongings) { b.task.Canceled() },
	"Task.Result":             func(b *belongings) { _, _ = b.ended.Result() },
	"Task.Err":                func(b *belongings) { _ = b.ended.Err() },
	"Task.SetName":            func(b *belongings) { b.task.SetName("x") },
	"Task.Stack":              func(b *belongings) { b.task.Stack() },
	"Task.String":             func(b *belongings) { _ = b.task.String() },
	"AnyTask.Wait":            func(b *belongings) { _ = b.task.Any().Wait(b.ctx) },
	"AnyTask.Cancel":          func(b *belongings) { b.task.Any().Cancel() },
	"AnyTask.CancelCause":     func(b *belongings) { b.task.Any().CancelCause(nil) },
	"AnyTask.OnDone":          func(b *belongings) { b.task.Any().OnDone(func() {}) },
	"AnyTask.Done":            func(b *belongings) { b.task.Any().Done() },
	"AnyTask.Canceled":        func(b *belongings) { b.task.Any().Canceled() },
	"AnyTask.Err":             func(b *belongings) { _ = b.ended.Any().Err() },
	"AnyTask.SetName":         func(b *belongings) { b.task.Any().SetName("x") },
	"AnyTask.Stack":           func(b *belongings) { b.task.Any().Stack() },
	"AnyTask.String":          func(b *belongings) { _ = b.task.Any().String() },
	"TaskGroup.Do":            func(b *belongings) { _ = new(async.TaskGroup).Do(b.ctx, noWork) },
	"TaskGroup.Go":            func(b *belongings) { b.group.Go(async.Yield) },
	"TaskGroup.GoNamed":       func(b *belongings) { b.group.GoNamed("x", async.Yield) },
	"GoValueIn":               func(b *belongings) { async.GoValueIn(b.group, async.BindValue0(fortyTwo)) },
	"GoNamedValueIn":          func(b *belongings) { async.GoNamedValueIn(b.group, "x", async.BindValue0(fortyTwo)) },
	"TaskGroup.Start":         func(b *belongings) { _ = b.group.Start(b.ctx, func(context.Context, func()) error { return nil }) },
	"TaskGroup.Cancel":        func(b *belongings) { b.group.Cancel() },
	"TimeoutScope.Do":         func(b *belongings) { _ = async.NewTimeout(1).Do(b.ctx, noWork) },
	"TimeoutScope.Reschedule": func(b *belongings) { _ = b.timeout.Reschedule(time.Time{}) },
	"Loop.CallSoon":           func(b *belongings) { b.loop.CallSoon(func() {}) },
	"Loop.CallLater":          func(b *belongings) { b.loop.CallLater(1, func() {}) },
	"Loop.CallAt":             func(b *belongings) { b.loop.CallAt(time.Time{}, func() {}) },
	"Handle.Cancel":           func(b *belongings) { b.timer.Cancel() },
	"Loop.Stop":               func(b *belongings) { b.loop.Stop() },
	"Loop.Portal":             func(b *belongings) { b.loop.Portal() },
	"Loop.AddSignalHandler":   func(b *belongings) { b.loop.AddSignalHandler(os.Interrupt, func() {}) },
	"RemoveSignalHandler":     func(b *belongings) { b.loop.RemoveSignalHandler(syscall.SIGTERM) },
	"Loop.Expect":             func(b *belongings) { b.loop.Expect(1) },
	"Loop.Weigh":              func(b *belongings) { b.loop.Weigh(1) },
	"Loop.Local":              func(b *belongings) { b.loop.Local(1, nil) },
	"Loop.Poller":             func(b *belongings) { _, _ = b.loop.Poller(nil) },
	"Callback.Enqueue":        func(b *belongings) { b.callback.Enqueue() },
	"Callback.Arrive":         func(b *belongings) { b.callback.Arrive() },
	"Callback.TakeTurn":       func(b *belongings) { b.callback.TakeTurn() },
	"Notifier.TakeTurn":       func(b *belongings) { b.notifier.TakeTurn() },
	"Notifier.Enqueue":        func(b *belongings) { b.notifier.Enqueue() },
	"Notifier.Arrive":         func(b *belongings) { b.notifier.Arrive() },
	"Notifier.Wait":           func(b *belongings) { _ = b.notifier.Wait(b.ctx) },

	"Lock.Acquire":                func(b *belongings) { _ = b.lock.Acquire(b.ctx) },
	"Lock.With":                   func(b *belongings) { _ = b.lock.With(b.ctx, noWork) },
	"Lock.TryAcquire":             func(b *belongings) { b.lock.TryAcquire() },
	"Lock.Release":                func(b *belongings) { b.lock.Release() },
	"RWLock.Acquire":              func(b *belongings) { _ = b.rwlock.Acquire(b.ctx) },
	"RWLock.AcquireRead":          func(b *belongings) { _ = b.rwlock.AcquireRead(b.ctx) },
	"RWLock.TryAcquire":           func(b *belongings) { b.rwlock.TryAcquire() },
	"RWLock.TryAcquireRead":       func(b *belongings) { b.rwlock.TryAcquireRead() },
	"RWLock.Release":              func(b *belongings) { b.rwlock.Release() },
	"RWLock.ReleaseRead":          func(b *belongings) { b.reading.ReleaseRead() },
	"Event.Wait":                  func(b *belongings) { _ = b.event.Wait(b.ctx) },
	"Event.Set":                   func(b *belongings) { b.event.Set() },
	"Event.Clear":                 func(b *belongings) { b.set.Clear() },
	"Condition.Acquire":           func(b *belongings) { _ = b.condition.Acquire(b.ctx) },
	"Condition.TryAcquire":        func(b *belongings) { b.condition.TryAcquire() },
	"Condition.Release":           func(b *belongings) { b.condition.Release() },
	"Condition.Wait":              func(b *belongings) { _ = b.condition.Wait(b.ctx) },
	"Condition.WaitFor":           func(b *belongings) { _ = b.condition.WaitFor(b.ctx, func() bool { return false }) },
	"Condition.Notify":            func(b *belongings) { b.condition.Notify(1) },
	"Condition.NotifyAll":         func(b *belongings) { b.condition.NotifyAll() },
	"Semaphore.Acquire":           func(b *belongings) { _ = b.semaphore.Acquire(b.ctx) },
	"Semaphore.TryAcquire":        func(b *belongings) { b.semaphore.TryAcquire() },
	"Semaphore.Release":           func(b *belongings) { b.semaphore.Release() },
	"CapacityLimiter.Acquire":     func(b *belongings) { _ = b.limiter.AcquireFor(b.ctx, 2) },
	"CapacityLimiter.Release":     func(b *belongings) { b.limiter.Release() },
	"CapacityLimiter.ReleaseFor":  func(b *belongings) { b.limiter.ReleaseFor(1) },
	"CapacityLimiter.SetTotal":    func(b *belongings) { b.limiter.SetTotal(7) },
	"Barrier.Wait":                func(b *belongings) { _, _ = b.barrier.Wait(b.ctx) },
	"Barrier.Reset":               func(b *belongings) { _ = b.barrier.Reset(b.ctx) },
	"Barrier.Abort":               func(b *belongings) { _ = b.barrier.Abort(b.ctx) },
	"Queue.Put":                   func(b *belongings) { _ = b.queue.Put(b.ctx, 1) },
	"Queue.Get":                   func(b *belongings) { _, _ = b.queue.Get(b.ctx) },
	"Queue.All":                   func(b *belongings) { _ = slices.Collect(keys(b.queue.All(b.ctx))) },
	"Queue.Join":                  func(b *belongings) { _ = b.queue.Join(b.ctx) },
	"Queue.PutNowait":             func(b *belongings) { _ = b.queue.PutNowait(1) },
	"Queue.PutNowait, unused one": func(b *belongings) { _ = b.empty.PutNowait(1) },
	"Queue.GetNowait":             func(b *belongings) { _, _ = b.queue.GetNowait() },
	"Queue.TaskDone":              func(b *belongings) { b.queue.TaskDone() },
	"Queue.Shutdown":              func(b *belongings) { b.queue.Shutdown(true) },
	"Select":                      func(b *belongings) { _, _ = primitives.Select(b.ctx, b.queue.OnPut(1)) },
}

// harmless are the methods that a goroutine of one's own may call: they read
// what does not change, a word that is good enough, or make something new.
var harmless = []string{
	"Handle.Canceled", "Handle.String", "Handle.When", "Loop.CallSoonThreadsafe", "Loop.Context", "Loop.NewCallback", "Loop.NewNotifier",
	"Loop.Now", "Loop.Time", "Loop.Virtual", "Loop.SlowSteps", "Loop.Report", "Callback.Notify", "Notifier.Notify",
	"Task.Any", "Task.Name", "Task.Canceling", "AnyTask.Name", "AnyTask.Canceling", "Future.String",
	"TimeoutScope.Expired", "TimeoutScope.String", "TimeoutScope.When",
	"Lock.Locked", "Lock.String", "Lock.Waiting", "RWLock.Locked", "RWLock.String", "RWLock.Waiting", "RWLock.With", "RWLock.WithRead",
	"Event.IsSet", "Event.String", "Event.Waiting", "Condition.Locked", "Condition.String", "Condition.Waiting", "Condition.With",
	"Semaphore.Locked", "Semaphore.String", "Semaphore.Waiting", "Semaphore.With",
	"CapacityLimiter.AcquireFor", "CapacityLimiter.Borrowed", "CapacityLimiter.Locked", "CapacityLimiter.String", "CapacityLimiter.Total", "CapacityLimiter.Waiting", "CapacityLimiter.With",
	"Barrier.Broken", "Barrier.Parties", "Barrier.String", "Barrier.Waiting",
	"Queue.Empty", "Queue.Full", "Queue.Maxsize", "Queue.OnGet", "Queue.OnPut", "Queue.Qsize", "Queue.String", "Queue.Waiting",
}

func fortyTwo(context.Context) (int, error)            { return 42, nil }
func noWork(context.Context) error                     { return nil }
func noWorkIn(context.Context, *async.TaskGroup) error { return nil }
func double(_ context.Context, n int) (int, error)     { return 2 * n, nil }
func keys[K, V any](all func(yield func(K, V) bool)) func(func(K) bool) {
	return func(yield func(K) bool) { all(func(k K, _ V) bool { return yield(k) }) }
}

// TestDebugKnowsEachMethodAStrangerMayCallOrNot holds the two lists against the
// methods there are.
func TestDebugKnowsEachMethodAStrangerMayCallOrNot(t *testing.T) {
	b := &belongings{task: new(async.Task[async.Void])}
	for _, v := range []any{
		b.loop, b.future, b.task, b.task.Any(), b.group, b.timeout, b.timer, b.callback, b.notifier,
		&b.lock, &b.rwlock, &b.event, &b.condition, b.semaphore, b.limiter, b.barrier, &b.queue,
	} {
		typ := reflect.TypeOf(v)
		name := strings.TrimPrefix(typ.String(), "*")
		name, _, _ = strings.Cut(name[strings.IndexByte(name, '.')+1:], "[")
		for i := range typ.NumMethod() {
			method := name + "." + typ.Method(i).Name
			_, refused := strangers[method]
			_, short := strangers[typ.Method(i).Name]
			if !refused && !short && !slices.Contains(harmless, method) {
				t.Errorf("nobody knows whether a goroutine that is no task may call %s", method)
			}
		}
	}
}

// inDebugMode runs fn in debug mode with belongings.
func inDebugMode(t *testing.T, fn func(b *belongings)) {
	synctest.Test(t, func(t *testing.T) {
		r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
		defer r.Close()
		require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
			b := &belongings{ctx: ctx, loop: async.RunningLoop(ctx)}
			return b.fill(ctx, t, fn)
		}))
	})
}

// fill makes the belongings, calls fn, and lets the loop show that it is
// intact.
func (b *belongings) fill(ctx context.Context, t *testing.T, fn func(b *belongings)) error {
	b.future, b.failed = async.NewFuture[int](ctx), async.NewFuture[int](ctx)
	require.NoError(t, b.failed.SetError(errors.New("failed")))
	b.failed.OnDone(func() {})
	b.task = async.Go(ctx, func(ctx context.Context) error {
		b.asleep = ctx
		return async.Sleep(ctx, time.Second)
	})
	b.ended = async.Go(ctx, func(context.Context) error { return errors.New("failed") })
	b.timer = b.loop.CallLater(time.Second, func() {})
	b.remove = b.future.OnDone(func() {})
	derived, cancel := async.WithCancel(ctx)
	b.cancel = cancel
	_, b.cause = async.WithCancelCause(ctx)
	b.callback, b.notifier = b.loop.NewCallback(func() {}), b.loop.NewNotifier(describedAs("news"), false)
	b.semaphore, b.limiter, b.barrier = primitives.NewSemaphore(2), primitives.NewCapacityLimiter(2), primitives.NewBarrier(2)
	require.NoError(t, b.lock.Acquire(ctx))
	require.NoError(t, b.rwlock.Acquire(ctx))
	require.NoError(t, b.reading.AcquireRead(ctx))
	require.NoError(t, b.condition.Acquire(ctx))
	require.NoError(t, b.semaphore.Acquire(ctx))
	require.NoError(t, b.limiter.AcquireFor(ctx, 1))
	require.NoError(t, b.queue.Put(ctx, 1))
	b.set.Set()
	require.NoError(t, async.Yield(ctx))
	err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		b.group = tg
		b.timeout = async.NewTimeout(time.Hour)
		return b.timeout.Do(ctx, func(context.Context) error {
			fn(b)
			return nil
		})
	})
	require.NoError(t, err)
	b.mustBeIntact(ctx, t)
	require.NoError(t, derived.Err())
	return nil
}

// mustBeIntact fails t unless all is as fill has made it.
func (b *belongings) mustBeIntact(ctx context.Context, t *testing.T) {
	require.NoError(t, async.Yield(ctx))
	require.False(t, b.future.Done())
	require.Equal(t, "Task-2", b.task.Name())
	require.Len(t, async.AllTasks(ctx), 2)
	require.True(t, b.lock.Locked() && b.rwlock.Locked() && b.reading.Locked() && b.condition.Locked() && b.set.IsSet())
	require.False(t, b.event.IsSet())
	require.Equal(t, 1, b.limiter.Borrowed())
	require.Equal(t, 2, b.limiter.Total())
	require.Equal(t, 1, b.queue.Qsize())
	require.True(t, b.empty.Empty())
	require.False(t, b.barrier.Broken())
	require.Equal(t, "value:1", b.semaphore.String()[len(b.semaphore.String())-len("value:1]>"):][:len("value:1")])
	require.True(t, b.remove())
	require.EqualError(t, b.ended.Err(), "failed")
	require.EqualError(t, b.failed.Err(), "failed")
	require.NoError(t, b.task.Wait(ctx))
	b.lock.Release()
	b.rwlock.Release()
	b.reading.ReleaseRead()
	b.condition.Release()
	b.semaphore.Release()
	b.limiter.ReleaseFor(1)
}

// describedAs is a Stringer.
type describedAs string

func (s describedAs) String() string { return string(s) }

func TestDebugCatchesAStrangerAtEveryOperation(t *testing.T) {
	for name, touch := range strangers {
		t.Run(name, func(t *testing.T) {
			inDebugMode(t, func(b *belongings) {
				said := panicElsewhere(func() { touch(b) })
				require.Regexp(t, `^async: .* a goroutine that is no task, goroutine \d+, which does not hold the baton: .*from goroutines of your own use a Portal$`, said)
			})
		})
	}
}

func TestDebugLetsTasksAndCallbacksDoWhatStrangersMayNot(t *testing.T) {
	inDebugMode(t, func(b *belongings) {
		b.event.Set()
		b.event.Clear()
		called := false
		b.loop.CallSoon(func() {
			_ = b.empty.PutNowait(1)
			_, _ = b.empty.GetNowait()
			b.empty.TaskDone()
			called = true
		})
		_ = async.Yield(b.ctx)
		require.True(t, called)
	})
}

func TestDebugLetsCoroutinesOfATaskDoWhatItMay(t *testing.T) {
	inDebugMode(t, func(b *belongings) {
		next, stop := iter.Pull(func(yield func(bool) bool) {
			b.event.Set()
			b.event.Clear()
			_ = b.empty.PutNowait(1)
			_, _ = b.empty.GetNowait()
			b.empty.TaskDone()
			yield(b.future.Done())
		})
		defer stop()
		done, ok := next()
		require.True(t, ok)
		require.False(t, done)
	})
}

func TestDebugLetsGoroutinesPrepareWhatBelongsToNoLoopThatRuns(t *testing.T) {
	var queue primitives.Queue[int]
	var event primitives.Event
	r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
	defer r.Close()
	future := async.NewFuture[int](r.Loop().Context())
	require.Equal(t, "<nil>", panicElsewhere(func() {
		_ = queue.PutNowait(1)
		event.Set()
		_ = future.SetResult(1)
	}))
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		_, err := queue.Get(ctx)
		return errors.Join(err, event.Wait(ctx), future.Wait(ctx))
	}))
}

func TestAStrangersAwaitIsToldFromATasksWithoutDebugMode(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0")
	r := async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		return async.Go(ctx, func(context.Context) error {
			said := panicElsewhere(func() { _ = async.Yield(ctx) })
			require.Equal(t, "async: the context of Task-1 was used by a goroutine that is no task: a task's ctx is for that task alone; from goroutines of your own use a Portal", said)
			return nil
		}).Wait(ctx)
	}))
}
