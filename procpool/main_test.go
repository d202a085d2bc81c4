package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/gobaton/async/procpool"
	"github.com/gobaton/async/remote"
)

// isWorker is whether this process is a worker, for functions that differ
// there.
var isWorker = os.Getenv("GOBATON_PROCPOOL_WORKER") != ""

// descriptorOne is what C code and children take for the output, whatever
// os.Stdout is. It is never collected, and so never closed.
var descriptorOne = os.NewFile(1, "descriptor 1")

// What TestMain does in processes that tests start is said by this variable.
const role = "PROCPOOL_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "forgetful": // a program that does not call Main
		fmt.Println("Hello, world!")
		os.Exit(3)
	case "careless": // one that does so too late
		var pool procpool.Pool
		_ = pool.Execute(context.Background(), func(context.Context) {})
	case "parent": // one with a worker that hangs
		_ = os.Unsetenv(role)
		var pool procpool.Pool
		_ = pool.Execute(context.Background(), func(ctx context.Context) { _, _ = hang.Call(ctx, struct{}{}) })
		select {}
	}
	procpool.Main()
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // or each worker takes a second to end under the race detector
	goleak.VerifyTestMain(m)
}

type point struct{ X, Y int }

var (
	square = remote.Register("square", func(_ context.Context, n int) (int, error) { return n * n, nil })
	swap   = remote.Register("swap", func(_ context.Context, p *point) (point, error) { return point{p.Y, p.X}, nil })
	repeat = remote.Register("repeat", func(_ context.Context, n int) (string, error) { return strings.Repeat("x", n), nil })
	length = remote.Register("length", func(_ context.Context, s string) (int, error) { return len(s), nil })
	pid    = remote.Register("pid", func(context.Context, struct{}) (int, error) { return os.Getpid(), nil })
	fail   = remote.Register("fail", func(_ context.Context, text string) (struct{}, error) { return struct{}{}, errors.New(text) })
	blow   = remote.Register("blow", func(_ context.Context, text string) (int, error) { return explode(text), nil })
	leave  = remote.Register("leave", func(context.Context, struct{}) (int, error) { runtime.Goexit(); return 0, nil })
	exit   = remote.Register("exit", func(_ context.Context, code int) (int, error) { os.Exit(code); return 0, nil })
	env    = remote.Register("env", func(_ context.Context, name string) (string, error) { return os.Getenv(name), nil })
	say    = remote.Register("say", func(_ context.Context, text string) (int, error) {
		fmt.Println("out:", text)
		fmt.Fprintln(os.Stderr, "err:", text)
		return 0, nil
	})
	shell = remote.Register("shell", func(_ context.Context, command string) (int, error) {
		c := exec.Command("sh", "-c", command)
		c.Stdout = descriptorOne
		return 1, c.Run()
	})
	rawWrite = remote.Register("rawWrite", func(_ context.Context, text string) (int, error) {
		return descriptorOne.WriteString(text) // past os.Stdout, as C does
	})
	read   = remote.Register("read", func(context.Context, struct{}) (int, error) { return os.Stdin.Read(make([]byte, 1)) })
	hang   = remote.Register("hang", hangUp)
	listen = remote.Register("listen", func(ctx context.Context, _ struct{}) (int, error) {
		fmt.Println("listening")
		<-ctx.Done()
		return 0, ctx.Err()
	})
	channel = remote.Register("channel", func(context.Context, struct{}) (chan int, error) { return make(chan int), nil })
	nested  = remote.Register("nested", func(ctx context.Context, n int) (int, error) { return square.Call(ctx, n) })
)

// Functions that the worker does not have, or has otherwise.
var (
	missing = register(!isWorker, "missing", func(context.Context, int) (int, error) { return 0, nil })
	_       = register(isWorker, "different", func(context.Context, int) (int, error) { return 0, nil })
	changed = register(!isWorker, "different", func(context.Context, string) (int, error) { return 0, nil })
)

func register[In, Out any](really bool, name string, fn func(context.Context, In) (Out, error)) *remote.Func[In, Out] {
	if !really {
		return nil
	}
	return remote.Register(name, fn)
}

func explode(text string) int { panic(text) }

// hangUp ignores its context.
func hangUp(context.Context, struct{}) (int, error) {
	fmt.Println("hanging", os.Getpid())
	select {}
}
