package behavior_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

// The combinators against dumb models of theirs, at random.

// script is a child of a combinator as its dumb model sees it: after so long it
// has a value or an error, and when it is canceled before, it takes so long to
// end.
type script struct {
	takes, cleanup time.Duration
	err            error
	late           error // after its cleanup; nil: the cancellation
}

// outcome is how a script ends in the end, and when, if it is canceled at a
// time, and never if that is negative.
func (s script) outcome(canceled time.Duration) (end time.Duration, wasCanceled bool) {
	if canceled < 0 || s.takes < canceled {
		return s.takes, false
	}
	return canceled + s.cleanup, true
}

// coro is the script as a coroutine whose value is v.
func (s script) coro(v int) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		if err := async.Sleep(ctx, s.takes); err != nil {
			if err := async.Sleep(context.WithoutCancel(ctx), s.cleanup); err != nil {
				return 0, err
			}
			if s.late != nil {
				return 0, s.late
			}
			return 0, err
		}
		return v, s.err
	}
}

// scripts are n at random, of which no two do anything at the same time.
func scripts(rng *rand.Rand, n int) []script {
	times := rng.Perm(1000)
	all := make([]script, n)
	for i := range all {
		all[i].takes = time.Duration(1+times[2*i])*testkit.Millisecond + time.Duration(i)
		all[i].cleanup = time.Duration(1+times[2*i+1]) * testkit.Millisecond
		if rng.IntN(3) == 0 {
			all[i].err = fmt.Errorf("error %d", i)
		}
	}
	return all
}

func coros(all []script) []async.Coro[int] {
	var cs []async.Coro[int]
	for i, s := range all {
		cs = append(cs, s.coro(i))
	}
	return cs
}

// byEnd are the places of scripts in the order they would end.
func byEnd(all []script) []int {
	order := testkit.UpTo(len(all))
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(all[i].takes, all[j].takes) })
	return order
}

// seeds runs test for many seeds and names the one that fails.
func seeds(t *testing.T, test func(t *testing.T, rng *rand.Rand)) {
	for seed := range uint64(300) {
		test(t, rand.New(rand.NewPCG(seed, 0)))
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// ending is how a combinator ends: what it returns, and when.
type ending struct {
	values   []int
	err      error
	canceled bool
	at       time.Duration
}

// play runs a combinator and cancels it at a time, unless that is negative.
// Without a time of its own it has to end by itself.
func play(t *testing.T, cancelAt time.Duration, combine func(ctx context.Context) ([]int, error)) (e ending) {
	testkit.Virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) ([]int, error) {
			values, err := combine(ctx)
			e.at = testkit.Now(ctx)
			return values, err
		})
		if cancelAt >= 0 {
			async.RunningLoop(ctx).CallLater(cancelAt, func() { task.CancelCause(testkit.ErrBoom) })
		}
		_, _, err := async.Wait(ctx, async.AllCompleted, task)
		require.NoError(t, err)
		if e.values, e.err = task.Result(); task.Canceled() {
			require.ErrorIs(t, e.err, testkit.ErrBoom)
			e.err, e.canceled = nil, true
		}
		_, _, _ = async.Wait(ctx, async.AllCompleted, async.AllTasks(ctx)[1:]...) // what goes on
	})
	return e
}

// sometimes is a time to cancel at, or none.
func sometimes(rng *rand.Rand) time.Duration {
	if rng.IntN(2) == 0 {
		return -1
	}
	return time.Duration(rng.IntN(1000))*testkit.Millisecond + 500*time.Microsecond
}

func TestGatherAgreesWithItsModel(t *testing.T) {
	seeds(t, func(t *testing.T, rng *rand.Rand) {
		all, cancelAt := scripts(rng, 1+rng.IntN(6)), sometimes(rng)
		require.Equal(t, modelGather(all, cancelAt), play(t, cancelAt, func(ctx context.Context) ([]int, error) {
			return async.Gather(ctx, coros(all)...)
		}))
	})
}

// modelGather ends with the first that fails or was canceled, else with the
// last.
func modelGather(all []script, cancelAt time.Duration) ending {
	first, last := ending{at: -1}, ending{}
	for i, s := range all {
		end, canceled := s.outcome(cancelAt)
		last.values = append(last.values, i)
		last.at = max(last.at, end)
		if (canceled || s.err != nil) && (first.at < 0 || end < first.at) {
			first = ending{at: end, canceled: canceled}
			if !canceled {
				first.err = s.err
			}
		}
	}
	if first.at >= 0 {
		return first
	}
	return last
}

func TestRaceAgreesWithItsModel(t *testing.T) {
	seeds(t, func(t *testing.T, rng *rand.Rand) {
		all, cancelAt := scripts(rng, 1+rng.IntN(6)), sometimes(rng)
		require.Equal(t, modelRace(all, cancelAt, func(script) bool { return true }), play(t, cancelAt, func(ctx context.Context) ([]int, error) {
			v, err := async.Race(ctx, coros(all)...)
			return []int{v}, err
		}))
	})
}

func TestAnyAgreesWithItsModel(t *testing.T) {
	seeds(t, func(t *testing.T, rng *rand.Rand) {
		all, cancelAt := scripts(rng, 1+rng.IntN(6)), sometimes(rng)
		require.Equal(t, modelRace(all, cancelAt, func(s script) bool { return s.err == nil }), play(t, cancelAt, func(ctx context.Context) ([]int, error) {
			v, err := async.Any(ctx, coros(all)...)
			return []int{v}, err
		}))
	})
}

// modelRace cancels all when one has won, and ends with the last. Without a
// winner it has the errors as they came.
func modelRace(all []script, cancelAt time.Duration, wins func(script) bool) (e ending) {
	order := byEnd(all)
	winner, stop := -1, cancelAt
	for _, i := range order {
		if wins(all[i]) && (cancelAt < 0 || all[i].takes < cancelAt) {
			winner, stop = i, all[i].takes
			break
		}
	}
	var errs []error
	for _, i := range order {
		end, canceled := all[i].takes, stop >= 0 && all[i].takes > stop
		if canceled {
			end = stop + all[i].cleanup
		}
		e.at = max(e.at, end)
		errs = append(errs, all[i].err)
	}
	return e.decide(all, winner, errs, cancelAt)
}

// decide says what comes out of a race that ends at e.at.
func (e ending) decide(all []script, winner int, errs []error, cancelAt time.Duration) ending {
	switch {
	case cancelAt >= 0 && cancelAt < e.at:
		e.canceled = true
	case winner < 0:
		e.err = errors.Join(errs...)
	case all[winner].err != nil:
		e.err = all[winner].err
	default:
		e.values = []int{winner}
	}
	return e
}

func TestMapAgreesWithItsModel(t *testing.T) {
	seeds(t, func(t *testing.T, rng *rand.Rand) {
		all, cancelAt := scripts(rng, rng.IntN(12)), sometimes(rng)
		limit := rng.IntN(5)
		for i := range all {
			if rng.IntN(3) > 0 { // so that most get on
				all[i].err = nil
			}
		}
		calls := coros(all)
		require.Equal(t, modelMap(all, limit, cancelAt), play(t, cancelAt, func(ctx context.Context) ([]int, error) {
			return async.Map(ctx, limit, testkit.UpTo(len(all)), func(ctx context.Context, n int) (int, error) { return calls[n](ctx) })
		}))
	})
}

// modelMap gives each argument to the worker that is free first. What is under
// way at the first failure, or at the cancellation, ends after its cleanup.
func modelMap(all []script, limit int, cancelAt time.Duration) ending {
	if limit <= 0 {
		limit = len(all)
	}
	free := make([]time.Duration, min(limit, len(all)))
	begins := make([]time.Duration, len(all))
	fails, stop := -1, cancelAt
	for i, s := range all {
		w := slices.Index(free, slices.Min(free))
		begins[i] = free[w]
		free[w] += s.takes
		if s.err != nil && (stop < 0 || free[w] < stop) {
			fails, stop = i, free[w]
		}
	}
	e := ending{values: testkit.UpTo(len(all)), at: slices.Max(append(free, 0))}
	if stop < 0 || stop > e.at {
		return e
	}
	return e.stopped(all, begins, fails, stop)
}

// stopped is the end of a Map that was stopped by a failure, or else was
// canceled.
func (e ending) stopped(all []script, begins []time.Duration, fails int, stop time.Duration) ending {
	e = ending{at: stop, canceled: fails < 0}
	if fails >= 0 {
		e.err = all[fails].err
	}
	for i, s := range all {
		if begins[i] < stop && begins[i]+s.takes > stop {
			e.at = max(e.at, stop+s.cleanup)
		}
	}
	return e
}

func TestTaskGroupAgreesWithItsModel(t *testing.T) {
	seeds(t, func(t *testing.T, rng *rand.Rand) {
		all, cancelAt := scripts(rng, rng.IntN(7)), sometimes(rng)
		for i := range all {
			if rng.IntN(2) == 0 {
				all[i].late = fmt.Errorf("late %d", i)
			}
		}
		require.Equal(t, modelGroup(all, cancelAt), play(t, cancelAt, func(ctx context.Context) ([]int, error) {
			return nil, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				for _, coro := range coros(all) {
					async.GoValueIn(tg, coro)
				}
				return nil
			})
		}))
	})
}

// modelGroup is stopped by the first failure, or by the cancellation; then it
// has the errors of all, as they come.
func modelGroup(all []script, cancelAt time.Duration) (e ending) {
	stop := cancelAt
	for _, s := range all {
		if s.err != nil && (stop < 0 || s.takes < stop) {
			stop = s.takes
		}
	}
	ends := map[time.Duration]error{}
	for _, s := range all {
		end, canceled := s.takes, stop >= 0 && s.takes > stop
		err := s.err
		if canceled {
			end, err = stop+s.cleanup, s.late
		}
		ends[end], e.at = err, max(e.at, end)
	}
	var errs []error
	for _, end := range slices.Sorted(maps.Keys(ends)) {
		if ends[end] != nil {
			errs = append(errs, ends[end])
		}
	}
	switch {
	case len(errs) > 0:
		e.err = &async.GroupError{Errors: errs}
	case cancelAt >= 0 && cancelAt < e.at:
		e.canceled = true
	}
	return e
}
