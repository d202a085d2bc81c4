package behavior_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestNilFunctionsAndContextsPanicWithTheFix(t *testing.T) {
	said := func(t *testing.T, f func()) {
		t.Helper()
		v := testkit.PanicOf(f)
		if p, ok := v.(*async.PanicError); ok {
			v = p.Value
		}
		text, ok := v.(string)
		require.True(t, ok && strings.HasPrefix(text, "async: "), "%v", v)
	}
	testkit.Virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		p := l.Portal()
		defer p.Close()
		var none context.Context
		for name, f := range map[string]func(){
			"Run":                func() { _ = async.Run(t.Context(), nil) },
			"Go":                 func() { async.Go(ctx, nil) },
			"GoValue":            func() { async.GoValue[int](ctx, nil) },
			"GoEager":            func() { async.GoEager(ctx, nil) },
			"ToThread":           func() { _ = async.ToThread(ctx, nil) },
			"ToThreadValue":      func() { _, _ = async.ToThreadValue[int](ctx, nil) },
			"RunInExecutor":      func() { async.RunInExecutor[int](ctx, nil, nil) },
			"CallSoon":           func() { l.CallSoon(nil) },
			"CallLater":          func() { l.CallLater(1, nil) },
			"CallAt":             func() { l.CallAt(time.Time{}, nil) },
			"CallSoonThreadsafe": func() { _, _ = p.CallSoonThreadsafe(nil) },
			"Submit":             func() { async.Submit[int](p, nil) },
			"AddSignalHandler":   func() { l.AddSignalHandler(os.Interrupt, nil) },
			"Go(nil)":            func() { async.Go(none, async.Yield) },
			"Sleep(nil)":         func() { _ = async.Sleep(none, 1) },
			"Yield(nil)":         func() { _ = async.Yield(none) },
			"RunningLoop(nil)":   func() { async.RunningLoop(none) },
			"ToThread(nil)":      func() { _ = async.ToThread(none, async.Yield) },
			"AllTasks(nil)":      func() { _, _ = p.AllTasks(none) },
			"Execute nil":        func() { _ = new(async.ThreadPool).Execute(ctx, nil) },
			"Execute(nil)":       func() { _ = new(async.ThreadPool).Execute(none, func(context.Context) {}) },
		} {
			t.Run(name, func(t *testing.T) { said(t, f) })
		}
	})
	var none context.Context
	for name, f := range map[string]func(){
		"Run":        func() { _ = async.Run(t.Context(), nil) },
		"Run(nil)":   func() { _ = async.Run(none, async.Yield) },
		"Start(nil)": func() { new(async.Runner).Start(none) },
	} {
		t.Run("outside/"+name, func(t *testing.T) { said(t, f) })
	}
}
