package asynctest_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// overtaken is a test that fails if the second task runs before the first one.
func overtaken(say func(t testing.TB)) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		first := false
		a := async.Go(ctx, func(ctx context.Context) error {
			yields(ctx, 1)
			first = true
			return nil
		})
		a.SetName("the first one")
		b := async.Go(ctx, func(ctx context.Context) error {
			yields(ctx, 2)
			if !first {
				say(t)
			}
			return nil
		})
		wait(ctx, a, b)
	}
}

func complain(t testing.TB) {
	t.Helper()
	t.Errorf("overtaken")
}

func TestExploreReportMarksTheStepThatFails(t *testing.T) {
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	require.Regexp(t, `(?m)^> +\d+ .*FAILS: overtaken$`, r.all())
}

func TestExploreReportSaysInWordsWhatWasExchanged(t *testing.T) {
	for schedule, says := range map[string]string{
		"4:1":    `- step 4: Task-3 \(at helpers_test.go:\d+ < print_test.go:26\) runs, where asyncio would run the first one \(at helpers_test.go:\d+ < print_test.go:20\) first`,
		"d2.2-3": `- from step 3 on, the first one \(at helpers_test.go:\d+ < print_test.go:20\) has to wait for its 2nd turn until Task-3 has ended`,
		"c3.0":   `- Task-3 is canceled before its first step`,
		"c2.1":   `- the first one \(at .*\) is canceled as its 1st wait begins`,
		"l2.1":   `- the first one \(at .*\) is canceled as its 1st wait is over, before it goes on`,
	} {
		t.Setenv("ASYNC_REPLAY", schedule)
		r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(func(testing.TB) {})) })
		require.Regexp(t, says, r.all())
	}
}

func TestExploreReportNamesTasksAsItsColumnsDo(t *testing.T) {
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	require.Contains(t, r.all(), "starts the first one")
	require.NotContains(t, r.all(), "Task-2")
}

func TestExploreReportPutsLogsIntoTheirRows(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, overtaken(func(t testing.TB) {
			t.Log("about to fail")
			t.Error("failed")
		}))
	})
	require.Contains(t, r.all(), "says: about to fail")
}

func TestExploreReportNamesPlacesOutsideOfHelpers(t *testing.T) {
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	require.Regexp(t, `    print_test.go:28: overtaken`, r.all())
	r = record(t, func(t testing.TB) {
		asynctest.Explore(t, overtaken(func(t testing.TB) { require.True(t, false) }))
	})
	require.Regexp(t, `print_test.go:\d+: `, r.all())
	require.NotContains(t, r.all(), "require.go")
}

func TestExploreReportShowsTwoPlacesWhereAHelperWaits(t *testing.T) {
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	require.Regexp(t, `helpers_test.go:\d+ < print_test.go:\d+`, r.all())
}

func TestExploreReportIsAListWhereTheTableIsTooWide(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	require.Contains(t, r.all(), "  step  time      task\n")
	require.Regexp(t, `(?m)^ +1  0s +Task-1 the test +starts the first one$`, r.all())
}

func TestExploreReportIsJSONOnRequest(t *testing.T) {
	t.Setenv("ASYNC_REPORT", "json")
	r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
	start := strings.Index(r.all(), "{\"departures\"")
	require.Positive(t, start)
	var report struct {
		Tasks []struct{ Name string }
		Steps []struct{ Failed bool }
	}
	require.NoError(t, json.NewDecoder(strings.NewReader(r.all()[start:])).Decode(&report))
	require.Len(t, report.Tasks, 3)
	require.Equal(t, "the first one", report.Tasks[1].Name)
}

func TestExploreReportQuotesTheReplayLine(t *testing.T) {
	for name, quoted := range map[string]string{
		"it's (1+1)": `/^it'\''s_\(1\+1\)$'`,
		"$HOME":      `/^\$HOME$'`,
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(complain)) })
			require.Contains(t, r.all(), " go test -run '^TestExploreReportQuotesTheReplayLine$"+quoted+" github.com/gobaton/async/asynctest")
		})
	}
}

func TestExploreReplayThatDoesNotFitFails(t *testing.T) {
	for schedule, says := range map[string]string{
		"70:1":    "from 70:1 on: the test is over after 9 steps",
		"2:7":     "from 2:7 on: there are not so many tasks ready at step 2",
		"c9.1":    "from c9.1 on: there are only 3 tasks",
		"c2.7":    "from c2.7 on: Task-2 does not wait so often",
		"3:t":     "from 3:t on: no timer is set at step 3",
		"x2.1=3":  "from x2.1=3 on: Task-2 does not choose so often",
		"d2.40-3": "from d2.40-3 on: nothing else is ready",
	} {
		t.Setenv("ASYNC_REPLAY", schedule)
		r := record(t, func(t testing.TB) { asynctest.Explore(t, overtaken(func(testing.TB) {})) })
		require.True(t, r.failed, schedule)
		require.Contains(t, r.all(), says)
	}
}
