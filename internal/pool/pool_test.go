package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/internal/pool"
	"github.com/gobaton/async/internal/sched"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// job notes in a channel how it was done.
type job struct {
	name  string
	block chan struct{} // nil: it does not block
	notes chan string
}

func (j *job) Perform() (deliver bool) {
	if j.block != nil {
		<-j.block
	}
	j.notes <- j.name + " performed"
	return true
}

func (j *job) Drop(cause error) (deliver bool) {
	if !errors.Is(cause, sched.ErrExecutorShutDown) {
		panic(cause)
	}
	j.notes <- j.name + " dropped"
	return true
}

func (j *job) Deliver() { j.notes <- j.name + " delivered" }

// noted returns what jobs noted in a channel.
func noted(notes chan string) (all []string) {
	for len(notes) > 0 {
		all = append(all, <-notes)
	}
	return all
}

func submit(t *testing.T, p *pool.Pool, jobs ...*job) {
	t.Helper()
	for _, j := range jobs {
		require.NoError(t, p.Submit(t.Context(), 1, j))
	}
}

func TestPoolDoesQueuedJobsInOrderAndEndsWhenClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		notes, block := make(chan string, 10), make(chan struct{})
		submit(t, &p, &job{"a", block, notes}, &job{"b", nil, notes}, &job{"c", nil, notes})
		ended := p.Close()
		require.ErrorIs(t, p.Submit(t.Context(), 1, &job{"d", nil, notes}), sched.ErrExecutorShutDown)
		synctest.Wait()
		require.Empty(t, noted(notes))
		close(block)
		<-ended
		require.Equal(t, []string{
			"a performed", "a delivered", "b performed", "b delivered", "c performed", "c delivered",
		}, noted(notes))
	})
}

func TestPoolCloseNowDropsAndDeliversWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		notes, block := make(chan string, 10), make(chan struct{})
		submit(t, &p, &job{"a", block, notes}, &job{"b", nil, notes})
		ended := p.CloseNow()
		require.Equal(t, []string{"b dropped", "b delivered"}, noted(notes))
		close(block)
		<-ended
		require.Equal(t, []string{"a performed", "a delivered"}, noted(notes))
	})
}

func TestPoolDoesAJobSubmittedFromInsideBeyondTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		notes, block := make(chan string, 10), make(chan struct{})
		submit(t, &p, &job{"a", block, notes}, &job{"b", nil, notes})
		inside := p.Inside(context.Background())
		require.True(t, p.Runs(inside))
		require.False(t, p.Runs(t.Context()))
		require.NoError(t, p.Submit(inside, 1, &job{"c", nil, notes}))
		synctest.Wait()
		require.Equal(t, []string{"c performed", "c delivered"}, noted(notes))
		close(block)
		<-p.Close()
		require.Equal(t, []string{"a performed", "a delivered", "b performed", "b delivered"}, noted(notes))
	})
}

func TestPoolKeepsOneIdleWorkerUntilClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		p.KeepOne()
		notes := make(chan string, 10)
		for range 3 { // the kept worker takes them without a timer: time would pass
			require.NoError(t, p.Submit(t.Context(), 0, &job{"a", nil, notes}))
			synctest.Wait()
			require.Equal(t, []string{"a performed", "a delivered"}, noted(notes))
		}
		<-p.Close()
	})
}

func TestPoolGivesJobsThatBlockAWorkerEach(t *testing.T) {
	for _, limit := range []int{0, 5} {
		synctest.Test(t, func(t *testing.T) {
			var p pool.Pool
			notes, all := make(chan string, 10), make(chan struct{})
			for range 5 {
				require.NoError(t, p.Submit(t.Context(), limit, &meeting{all: all, notes: notes}))
			}
			synctest.Wait()
			require.Len(t, noted(notes), 5, "all have begun, and none has ended")
			close(all)
			<-p.Close()
			require.Len(t, noted(notes), 5)
		})
	}
}

// meeting is a job that does not end before it is let.
type meeting struct {
	all   chan struct{}
	notes chan string
}

func (m *meeting) Perform() (deliver bool) {
	m.notes <- "begun"
	<-m.all
	m.notes <- "ended"
	return false
}

func (m *meeting) Drop(error) (deliver bool) { panic("a worker was there for it") }

func (m *meeting) Deliver() {}

func TestPoolWorkerThatIsPromisedToAnotherJobIsNotWaitedForFromInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		notes, block := make(chan string, 10), make(chan struct{})
		for _, j := range []*job{{"a", block, notes}, {"b", nil, notes}} {
			require.NoError(t, p.Submit(t.Context(), 2, j))
		}
		synctest.Wait()
		require.Equal(t, []string{"b performed", "b delivered"}, noted(notes))
		require.NoError(t, p.Submit(t.Context(), 2, &job{"c", block, notes}), "takes the idle worker")
		require.NoError(t, p.Submit(p.Inside(context.Background()), 2, &job{"d", nil, notes}))
		synctest.Wait()
		require.Equal(t, []string{"d performed", "d delivered"}, noted(notes))
		close(block)
		<-p.Close()
		require.Len(t, noted(notes), 4)
	})
}

func TestPoolCloseNowDropsNothingThatAWorkerIsThereFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pool.Pool
		notes := make(chan string, 10)
		for _, name := range []string{"a", "b", "c", "d"} {
			require.NoError(t, p.Submit(t.Context(), 3, &job{name, nil, notes}))
		}
		ended := p.CloseNow()
		require.Equal(t, []string{"d dropped", "d delivered"}, noted(notes))
		<-ended
		require.Len(t, noted(notes), 6)
	})
}
