package monitor_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/monitor"
)

var seed = flag.Uint64("monitor.seed", 0, "the seed of the random programs; 0: another each time")

// model is what a monitor is to know, kept by the tasks themselves.
type model struct {
	owner map[uint64]uint64
	live  map[uint64]bool
	steps map[uint64]uint64
	ended []uint64
	total int
}

// run runs a random task: it suspends, starts others, fails, and keeps the
// model.
func (mo *model) run(ctx context.Context, random *rand.Rand, depth int) (err error) {
	id := sched.TaskOf(ctx).ID()
	mo.live[id] = true
	defer func() {
		delete(mo.live, id)
		mo.ended = append(mo.ended, id)
	}()
	for range random.IntN(4) {
		switch random.IntN(4) {
		case 0:
			mo.steps[id]++
			err = async.Sleep(ctx, time.Duration(1+random.IntN(5))*time.Second)
		case 1:
			mo.steps[id]++
			err = async.Yield(ctx)
		default:
			if depth > 0 {
				mo.start(ctx, random, depth-1)
			}
		}
		if err != nil {
			return err
		}
	}
	if random.IntN(4) == 0 {
		return errors.New("no luck")
	}
	return nil
}

func (mo *model) start(ctx context.Context, random *rand.Rand, depth int) {
	mo.total++
	task := async.Go(ctx, func(ctx context.Context) error { return mo.run(ctx, random, depth) })
	task.OnDone(func() { _ = task.Err() })
	id, _ := strconv.ParseUint(strings.TrimPrefix(task.Name(), "Task-"), 10, 64)
	mo.owner[id] = sched.TaskOf(ctx).ID()
	mo.live[id] = true
}

// compare compares what the monitor tells with the model.
func (mo *model) compare(t require.TestingT, m *monitor.Monitor) {
	s := m.Snapshot()
	stats := s.Stats
	require.Equal(t, len(mo.live)+1, stats.Live)
	require.Equal(t, uint64(mo.total), stats.Started)
	require.Equal(t, uint64(len(mo.ended)), stats.Finished+stats.Failed+stats.Canceled)
	require.Equal(t, stats.Known, len(s.Tasks))
	require.Equal(t, stats.Live, stats.Known)
	for _, task := range s.Tasks[1:] {
		require.True(t, mo.live[task.ID])
		require.Equal(t, mo.owner[task.ID], task.Owner)
		require.Equal(t, mo.steps[task.ID], task.Steps)
	}
	for i, task := range m.Ended().Tasks {
		require.Equal(t, mo.ended[len(mo.ended)-1-i], task.ID)
		require.Equal(t, mo.steps[task.ID]+1, task.Steps)
	}
	require.Len(t, m.Ended().Tasks, min(50, len(mo.ended)))
	count := 0
	var walk func(nodes []*monitor.Node, owner uint64)
	walk = func(nodes []*monitor.Node, owner uint64) {
		for _, n := range nodes {
			count++
			if owner != 0 {
				require.Equal(t, owner, n.Task.Owner)
			}
			walk(n.Children, n.Task.ID)
		}
	}
	walk(s.Tree(), 0)
	require.Equal(t, len(s.Tasks), count)
}

func TestRandomProgramsAreSeenAsTheyAre(t *testing.T) {
	first := *seed
	if first == 0 {
		first = rand.Uint64()
	}
	for i := range uint64(20) {
		t.Logf("-monitor.seed=%d", first+i)
		asynctest.Run(t, func(ctx context.Context) {
			m := monitor.Attach(ctx, monitor.Options{History: 50})
			defer m.Detach()
			random := rand.New(rand.NewPCG(first+i, 0))
			mo := &model{owner: map[uint64]uint64{}, live: map[uint64]bool{}, steps: map[uint64]uint64{}}
			for range 30 {
				for range random.IntN(5) {
					mo.start(ctx, random, 3)
				}
				require.NoError(t, async.Sleep(ctx, time.Second))
				mo.compare(t, m)
			}
			require.NoError(t, async.Sleep(ctx, time.Hour))
			mo.compare(t, m)
			require.Empty(t, mo.live)
		})
	}
}
