package policy

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// mistake is a row of docs/mistakes.md.
type mistake struct{ number, says, message string }

var mistakeRow = regexp.MustCompile(`(?m)^\| (\d+) \| .*? \| ([^|]*) \| ([^|]*) \| [^|]*\|$`)

func mistakeRows(t *testing.T) (rows []mistake) {
	data, err := os.ReadFile("docs/mistakes.md")
	require.NoError(t, err)
	for _, m := range mistakeRow.FindAllStringSubmatch(string(data), -1) {
		rows = append(rows, mistake{m[1], m[2], m[3]})
	}
	require.Len(t, rows, strings.Count(string(data), "\n| ")-2, "some row is not understood")
	return rows
}

func TestEachMistakeIsToldInTheWordsOfItsRow(t *testing.T) {
	compiler := diagnoses(t, "build", "-gcflags=-e", "./internal/policy/testdata/mistakes")
	vet := diagnoses(t, "vet", "./internal/policy/testdata/copied")
	known := analyzerMessages(t)
	made := map[string]bool{}
	for _, row := range mistakeRows(t) {
		made[row.number] = true
		switch row.says {
		case "compiler":
			require.Contains(t, compiler[row.number], row.message, "mistake %s", row.number)
		case "go vet":
			require.Contains(t, vet[row.number], row.message, "mistake %s", row.number)
		case "asyncvet":
			require.Contains(t, known, row.message, "mistake %s", row.number)
		default:
			make := mistakes[row.number]
			require.NotNil(t, make, "mistake %s is not made", row.number)
			require.Contains(t, make(t), row.message, "mistake %s", row.number)
		}
	}
	for number := range mistakes {
		require.True(t, made[number], "mistake %s has no row", number)
	}
}

// diagnoses returns what a go command says of each line that ends in a number,
// by that number.
func diagnoses(t *testing.T, command ...string) map[string]string {
	out, err := exec.CommandContext(t.Context(), "go", command...).CombinedOutput()
	require.Error(t, err, "the mistakes are not found")
	said := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(?:vet: )?(\S+\.go):(\d+):\d+: (.*)$`).FindAllStringSubmatch(string(out), -1) {
		source, err := os.ReadFile(m[1])
		require.NoError(t, err)
		var line int
		_, _ = fmt.Sscan(m[2], &line)
		if _, number, ok := strings.Cut(strings.Split(string(source), "\n")[line-1], "// "); ok {
			said[number] += m[3] + "\n"
		}
	}
	return said
}

// analyzerMessages returns what the tests of asyncvet expect it to say.
func analyzerMessages(t *testing.T) string {
	var all strings.Builder
	require.NoError(t, filepath.WalkDir("analyzer/testdata", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			data, failed := os.ReadFile(path)
			err = failed
			all.Write(data)
		}
		return err
	}))
	return all.String()
}

// told runs main in virtual time, and returns what it panicked with, its error
// and what OnError was told.
func told(main func(ctx context.Context) error) (text string) {
	r := async.Runner{Clock: asynctest.NewClock(), ReturnPanics: true}
	return toldBy(&r, main)
}

func toldBy(r *async.Runner, main func(ctx context.Context) error) (text string) {
	r.OnError = func(e *async.ErrorEvent) { text += fmt.Sprintln(e.Message, e.Err) }
	defer func() {
		if v := recover(); v != nil {
			text += fmt.Sprintln(v)
		}
		text += fmt.Sprintln(r.Close())
	}()
	text += fmt.Sprintln(r.Run(context.Background(), main))
	return text
}

// panics is a mistake that panics where it is made.
func panics(use func(ctx context.Context)) func(*testing.T) string {
	return func(*testing.T) string {
		return told(func(ctx context.Context) error {
			use(ctx)
			return nil
		})
	}
}

// returns is a mistake that an error is returned for.
func returns(main func(ctx context.Context) error) func(*testing.T) string {
	return func(*testing.T) string { return told(main) }
}

func sleep(ctx context.Context) error { return async.Sleep(ctx, time.Second) }

// mistakes are those that the running program tells, by the numbers of their
// rows.
var mistakes = map[string]func(t *testing.T) string{
	"19": panics(func(context.Context) { _ = sleep(context.Background()) }),
	"20": panics(func(context.Context) { async.Go(context.Background(), sleep) }),
	"21": panics(func(ctx context.Context) {
		_ = async.Go(ctx, func(context.Context) error { return sleep(ctx) }).Wait(ctx)
	}),
	"22": panics(func(ctx context.Context) {
		var kept context.Context
		_ = async.Go(ctx, func(ctx context.Context) error { kept = ctx; return nil }).Wait(ctx)
		_ = sleep(kept)
	}),
	"23": panics(func(ctx context.Context) { _ = async.ToThread(ctx, sleep) }),
	"24": panics(func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		l.CallSoon(func() { _ = sleep(l.Context()) })
		_ = async.Yield(ctx)
	}),
	"25": panics(func(ctx context.Context) { _ = async.Run(ctx, sleep) }),
	"26": panics(func(ctx context.Context) {
		var task *async.Task[async.Void]
		task = async.Go(ctx, func(ctx context.Context) error { return task.Wait(ctx) })
		_ = task.Wait(ctx)
	}),
	"27": panics(func(ctx context.Context) { _ = new(async.Future[int]).Wait(ctx) }),
	"28": func(*testing.T) string {
		var f *async.Future[int]
		_ = told(func(ctx context.Context) error { f = async.NewFuture[int](ctx); return nil })
		return told(f.Wait)
	},
	"29": panics(func(ctx context.Context) { async.Go(ctx, nil) }),
	"30": panics(func(context.Context) { var none context.Context; _ = sleep(none) }),
	"31": panics(func(ctx context.Context) { _ = async.NewFuture[int](ctx).SetError(nil) }),
	"32": returns(func(ctx context.Context) error {
		f := async.NewFuture[int](ctx)
		_ = f.SetResult(1)
		return f.SetResult(2)
	}),
	"33": returns(func(ctx context.Context) error { return async.Go(ctx, sleep).Err() }),
	"34": panics(func(context.Context) { new(async.TaskGroup).Go(sleep) }),
	"35": panics(func(ctx context.Context) {
		var tg async.TaskGroup
		_ = tg.Do(ctx, sleep)
		_ = tg.Do(ctx, sleep)
	}),
	"36": returns(func(ctx context.Context) error {
		var tg async.TaskGroup
		_ = tg.Do(ctx, sleep)
		return tg.Go(sleep).Wait(ctx)
	}),
	"37": panics(func(ctx context.Context) {
		scope := async.NewTimeout(time.Hour)
		_ = scope.Do(ctx, sleep)
		_ = scope.Do(ctx, sleep)
	}),
	"38": panics(func(ctx context.Context) { _, _ = async.Race[async.Func](ctx) }),
	"39": panics(func(ctx context.Context) { _, _, _ = async.Wait[async.AnyTask](ctx, 7) }),
	"40": panics(func(context.Context) { new(primitives.Lock).Release() }),
	"41": panics(func(ctx context.Context) { _ = new(primitives.Condition).Wait(ctx) }),
	"42": panics(func(context.Context) { new(primitives.Queue[int]).TaskDone() }),
	"43": panics(func(ctx context.Context) { _ = new(primitives.Semaphore).Acquire(ctx) }),
	"44": panics(func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		_ = async.Call(ctx, portal, sleep)
	}),
	"45": panics(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		_ = sleep(ctx)
	}),
	"46": returns(func(ctx context.Context) error { return async.NewFuture[int](ctx).Wait(ctx) }),
	"47": returns(func(ctx context.Context) error {
		async.Go(ctx, func(context.Context) error { return fs.ErrNotExist })
		return async.Yield(ctx)
	}),
	"48": returns(func(ctx context.Context) error {
		async.Go(ctx, func(context.Context) error { panic("ouch") })
		return async.Yield(ctx)
	}),
	"57": returns(func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			for range 250_000 {
				_ = sleep(ctx)
			}
			return nil
		})
		_ = async.Yield(ctx)
		task.Cancel()
		return task.Wait(ctx)
	}),
	"58": returns(func(ctx context.Context) error {
		async.RunningLoop(ctx).Portal()
		return nil
	}),
	"49": inGoroutine(func(ctx context.Context) func() {
		f := async.NewFuture[int](ctx)
		return func() { _ = f.SetResult(1) }
	}),
	"59": inGoroutine(func(context.Context) func() {
		var event primitives.Event
		return event.Set
	}),
	"60": func(t *testing.T) (text string) {
		t.Setenv("ASYNC_DEBUG", "0") // which says more
		_ = told(func(ctx context.Context) error {
			return async.Go(ctx, func(context.Context) error {
				text = elsewhere(func() { _ = sleep(ctx) })
				return nil
			}).Wait(ctx)
		})
		return text
	},
}

// inGoroutine is a mistake of a goroutine that a task starts, in debug mode.
func inGoroutine(use func(ctx context.Context) func()) func(*testing.T) string {
	return func(*testing.T) (text string) {
		r := async.Runner{Clock: asynctest.NewClock(), Debug: true}
		_ = toldBy(&r, func(ctx context.Context) error {
			text = elsewhere(use(ctx))
			return nil
		})
		return text
	}
}

// elsewhere returns what f panics with on a goroutine of its own.
func elsewhere(f func()) string {
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		f()
	}()
	return fmt.Sprint(<-done)
}
