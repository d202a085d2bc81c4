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
