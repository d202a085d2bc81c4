package monitorhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
	"github.com/gobaton/async/primitives"
)

func sleeper(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }

func TestViewFoldsSiblingsThatAreAlike(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		start(ctx, 50)
		async.Go(async.Named(ctx, "other"), sleeper)
		require.NoError(t, async.Yield(ctx))
		v := get[monitorhttp.View](t, h, "/api/view")
		require.Equal(t, 52, v.Matches)
		require.Equal(t, []string{"Task-1", "  Task-2 … Task-51", "  other"}, names(v))
		require.Equal(t, 50, v.Rows[1].Count)
		require.Equal(t, 50, v.Rows[1].Below)
		require.Zero(t, v.Rows[1].ID)
		require.Equal(t, "a timer", v.Rows[1].Wait)
		require.False(t, v.Rows[1].Open)
	})
}

func TestViewOpensAndClosesRows(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		start(ctx, 3)
		v := get[monitorhttp.View](t, h, "/api/view")
		folded := v.Rows[1].Key
		v = get[monitorhttp.View](t, h, "/api/view?toggle="+url.QueryEscape(folded))
		require.Equal(t, []string{"Task-1", "  Task-2 … Task-4", "    Task-2", "    Task-3", "    Task-4"}, names(v))
		v = get[monitorhttp.View](t, h, "/api/view?toggle=t1")
		require.Equal(t, []string{"Task-1"}, names(v))
		require.Equal(t, 3, v.Rows[0].Below)
	})
}

func TestViewKeepsWhatTheFilterNamesWithItsOwners(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		async.Go(async.Named(ctx, "parent"), func(ctx context.Context) error {
			async.Go(async.Named(ctx, "child"), sleeper)
			return async.Sleep(ctx, time.Hour)
		})
		start(ctx, 3)
		for _, test := range []struct {
			filter string
			want   []string
		}{
			{"child", []string{"Task-1", "  parent", "    child"}},
			{"CHILD", []string{"Task-1", "  parent", "    child"}},
			{"name:parent", []string{"Task-1", "  parent"}},
			{"state:running", []string{"Task-1"}},
			{"wait:timer -fn:sleeper", []string{"Task-1", "  parent"}},
			{"id:3", []string{"Task-1", "  Task-2"}}, // that which has no name of its own
			{"canceled:yes", []string{}},
			{"at:view_test.go name:child", []string{"Task-1", "  parent", "    child"}},
			{"nothing has this", []string{}},
			{"a:b", []string{}},
		} {
			v := get[monitorhttp.View](t, h, "/api/view?filter="+url.QueryEscape(test.filter))
			require.ElementsMatch(t, test.want, names(v), test.filter)
		}
		v := get[monitorhttp.View](t, h, "/api/view?filter=child")
		require.True(t, v.Rows[0].Aside)
		require.False(t, v.Rows[2].Aside)
		require.Equal(t, 1, v.Matches)
	})
}

func TestViewGroupsAndSorts(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		var lock primitives.Lock
		for _, name := range []string{"b", "a", "c"} {
			async.Go(async.Named(ctx, name), func(ctx context.Context) error { return lock.With(ctx, sleeper) })
		}
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.Yield(ctx))
		v := get[monitorhttp.View](t, h, "/api/view?group=none&sort=name")
		require.Equal(t, []string{"Task-1", "a", "b", "c"}, names(v))
		v = get[monitorhttp.View](t, h, "/api/view?group=none&sort=name&ascending=true")
		require.Equal(t, []string{"c", "b", "a", "Task-1"}, names(v))
		v = get[monitorhttp.View](t, h, "/api/view?group=state&toggle=state%3Dwaiting")
		require.Equal(t, []string{"running", "waiting", "  b", "  a", "  c"}, names(v))
		v = get[monitorhttp.View](t, h, "/api/view?group=wait")
		require.Len(t, v.Rows, 3, "nothing, a timer, a lock")
		require.Equal(t, uint64(2), get[monitorhttp.View](t, h, "/api/view?filter=name:c").Rows[1].For)
	})
}

func TestViewSaysHowManyRowsWereLeftOut(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		start(ctx, 20)
		v := get[monitorhttp.View](t, h, "/api/view?group=none&limit=5")
		require.Len(t, v.Rows, 5)
		require.Equal(t, 16, v.More)
	})
}

func TestViewRefusesWhatItDoesNotKnow(t *testing.T) {
	withHandler(t, func(_ context.Context, h *monitorhttp.Handler) {
		for query, says := range map[string]string{
			"group=color":                         "say tree, name",
			"sort=color":                          "is no column",
			"ascending=perhaps":                   "say true or false",
			"limit=many":                          "is no number",
			"filter=" + strings.Repeat("x", 5000): "too long",
		} {
			for _, path := range []string{"/api/view?", "/api/live?"} {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, trusted("GET", path+query))
				require.Equal(t, http.StatusBadRequest, w.Code)
				require.Contains(t, w.Body.String(), says)
			}
		}
	})
}

func TestDetailShowsTheWayToWhatBlocksATask(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		var lock primitives.Lock
		hold := func(ctx context.Context) error { return lock.With(ctx, sleeper) }
		async.Go(ctx, hold)
		second := async.Go(ctx, hold)
		async.Go(ctx, func(ctx context.Context) error { return second.Wait(ctx) })
		require.NoError(t, async.Sleep(ctx, time.Second))
		d := get[monitorhttp.Detail](t, h, "/api/task?id=4")
		require.Equal(t, uint64(4), d.Task.ID)
		require.Len(t, d.Chain, 3)
		require.Equal(t, "Task-2", d.Chain[2].Name)
		require.NotEmpty(t, d.Stack)
		d = get[monitorhttp.Detail](t, h, "/api/task?id=2")
		require.Len(t, d.Waiters, 1)
		require.Equal(t, 3, get[monitorhttp.Detail](t, h, "/api/task?id=1").Children)

		w := httptest.NewRecorder()
		h.ServeHTTP(w, trusted("GET", "/api/task?id=99"))
		require.Equal(t, http.StatusNotFound, w.Code)
	})
}

func TestCancelEndsATaskWithTheCause(t *testing.T) {
	withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
		task := start(ctx, 1)[0]
		r := trusted("POST", "/api/cancel")
		r.Body = body(`{"id": 2, "cause": "it hangs"}`)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusNoContent, w.Code, w.Body.String())
		require.ErrorContains(t, task.Wait(ctx), "it hangs")

		ended := get[monitor.History](t, h, "/api/ended?filter=name:Task-2")
		require.Len(t, ended.Tasks, 1)
		require.Equal(t, "it hangs", ended.Tasks[0].Cancel.Cause)
		require.Equal(t, monitor.Canceled, get[monitorhttp.Detail](t, h, "/api/task?id=2").Ended.Outcome)
	})
}

func TestCancelRefusesWhatItCannotDo(t *testing.T) {
	withHandler(t, func(_ context.Context, h *monitorhttp.Handler) {
		for text, code := range map[string]int{
			`{"id": 99}`:               http.StatusNotFound,
			`{"id": 0}`:                http.StatusBadRequest,
			`{"task": 1}`:              http.StatusBadRequest,
			`nonsense`:                 http.StatusBadRequest,
			`{"id": -1}`:               http.StatusBadRequest,
			strings.Repeat(" ", 1<<17): http.StatusBadRequest,
		} {
			r := trusted("POST", "/api/cancel")
			r.Body = body(text)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, code, w.Code)
		}
	})
}

func FuzzViewTakesAnyQuery(f *testing.F) {
	f.Add("worker -state:waiting", "tree", "busy", "t1")
	f.Add("id: -: canceled:", "wait", "name", "/x")
	f.Fuzz(func(t *testing.T, filter, group, sort, toggle string) {
		withHandler(t, func(ctx context.Context, h *monitorhttp.Handler) {
			start(ctx, 4)
			query := url.Values{"filter": {filter}, "group": {group}, "sort": {sort}, "toggle": {toggle}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, trusted("GET", "/api/view?"+query.Encode()))
			require.Contains(t, []int{http.StatusOK, http.StatusBadRequest}, w.Code)
		})
	})
}
