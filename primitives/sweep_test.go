package primitives_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/sched"
)

// A scene is some tasks that use a primitive. Whichever of the victims is
// canceled, and whenever, all tasks end.
type scene struct {
	victims []func(ctx context.Context) error
	others  []func(ctx context.Context) error
	lost    func() bool              // after a tick, when all have gone as far as they can: whether somebody waits for what is there
	check   func(t require.TestingT) // what holds when all have ended
}

// sweep plays a scene again and again: with each victim canceled at every
// point, and with any two of them at any two points. A point is where a task
// begins, suspends, goes on or ends.
func sweep(t *testing.T, set func() scene) {
	points := play(t, set(), nil)
	victims := len(set().victims)
	var singles []stroke
	for p := range points {
		for v := range victims {
			singles = append(singles, stroke{p, v})
		}
	}
	for _, s := range singles {
		play(t, set(), []stroke{s})
	}
	if testing.Short() {
		return
	}
	for _, s := range singles {
		for _, next := range singles {
			if next.point >= s.point && next != s {
				play(t, set(), []stroke{s, next})
			}
		}
	}
}

// A stroke is the cancellation of a victim at a point.
type stroke struct{ point, victim int }

// A stage is a loop on which a scene is played, and the observer that counts
// its points.
type stage struct {
	strokes []stroke
	points  int
	tasks   []*async.Task[async.Void]
}

func (s *stage) point() {
	for _, stroke := range s.strokes {
		if stroke.point == s.points && stroke.victim < len(s.tasks) {
			s.tasks[stroke.victim].Cancel()
		}
	}
	s.points++
}

func (s *stage) Started(t, by *sched.Task) { s.point() }
func (s *stage) Suspended(t *sched.Task)   { s.point() }
func (s *stage) Resumed(t *sched.Task)     { s.point() }
func (s *stage) Ended(t *sched.Task)       { s.point() }

// play plays a scene once and returns how many points it had.
func play(t *testing.T, sc scene, strokes []stroke) (points int) {
	t.Helper()
	told := fmt.Sprintf("canceled: %v", strokes)
	s := &stage{strokes: strokes}
	l := sched.New(sched.Config{Clock: asynctest.NewClock(), Observer: s, ReportAtClose: true})
	for _, fn := range sc.victims {
		s.tasks = append(s.tasks, async.Go(l, fn))
	}
	for _, fn := range sc.others {
		s.tasks = append(s.tasks, async.Go(l, fn))
	}
	lost := false
	if sc.lost != nil {
		l.CallAt(tick, func() { lost = sc.lost() })
	}
	l.Run(context.Background())
	require.False(t, lost, "%s: somebody waits for what is there", told)
	require.Empty(t, l.Tasks(), "%s: %v", told, l.Deadlock())
	for i, task := range s.tasks {
		if err := task.Err(); i >= len(sc.victims) || len(strokes) == 0 {
			require.NoError(t, err, told)
		} else {
			require.NoError(t, ignore(err), told)
		}
	}
	sc.check(relabeled{t, told})
	require.Nil(t, l.Close())
	return s.points
}

// relabeled tells with each failure what was canceled.
type relabeled struct {
	*testing.T
	told string
}

func (r relabeled) Errorf(format string, args ...any) {
	r.T.Helper()
	r.T.Errorf("%s\n"+format, append([]any{r.told}, args...)...)
}
