package subprocess_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

// What this program does in the processes that its tests start is said by this
// variable.
const role = "SUBPROCESS_TEST_ROLE"

func TestMain(m *testing.M) {
	if do := roles[os.Getenv(role)]; do != nil {
		do()
		os.Exit(0)
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // or each process takes a second to end under the race detector
	goleak.VerifyTestMain(m)
}

var roles map[string]func()

func init() {
	roles = map[string]func(){
		"exit":     func() { code, _ := strconv.Atoi(os.Args[1]); os.Exit(code) },
		"cat":      func() { _, _ = io.Copy(os.Stdout, os.Stdin) },
		"both":     writeBoth,
		"sit":      sit,
		"stubborn": ignoreSIGTERM,
		"fork":     fork,
		"env": func() {
			dir, _ := os.Getwd()
			fmt.Println(os.Getenv("SUBPROCESS_TEST_VALUE"), filepath.Base(dir))
		},
		"extra": func() { _, _ = io.Copy(os.Stdout, os.NewFile(3, "extra")) },
	}
}

// writeBoth writes as many bytes as its argument says to each output, in turns.
func writeBoth() {
	n, _ := strconv.Atoi(os.Args[1])
	piece := bytes.Repeat([]byte("x"), 4096)
	for n > 0 {
		m := min(n, len(piece))
		_, _ = os.Stdout.Write(piece[:m])
		_, _ = os.Stderr.Write(piece[:m])
		n -= m
	}
}

// sit says that it runs, and waits for a signal that ends it.
func sit() {
	fmt.Println("sitting", os.Getpid())
	time.Sleep(time.Hour) // without a timer it would be a deadlock on Windows
}

func ignoreSIGTERM() {
	signal.Ignore(syscall.SIGTERM)
	sit()
}

// fork leaves a process behind that has its outputs, and prints its number.
func fork() {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), role+"=sit")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Println("forked", child.Process.Pid)
}

// as says that a process does what a role says.
func as(name string, o subprocess.Options) *subprocess.Options {
	o.Env = append(os.Environ(), append(o.Env, role+"="+name)...)
	return &o
}

// run runs main, and fails if a process or a descriptor is left after it.
func run(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	before := descriptors(t)
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error { main(ctx); return nil }))
	require.Empty(t, children(t))
	require.Equal(t, before, descriptors(t))
}

// descriptors are the open ones, where /proc tells.
func descriptors(t *testing.T) (open []string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, e := range entries {
		to, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && !strings.HasPrefix(to, "anon_inode:") && !strings.HasPrefix(to, "/proc/") {
			open = append(open, e.Name()+" "+to)
		}
		if strings.Contains(to, "pidfd") {
			open = append(open, e.Name()+" "+to)
		}
	}
	return open
}

// children are the processes that this one has not waited for, where /proc
// tells.
func children(t *testing.T) (pids []string) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	require.NoError(t, err)
	for _, list := range lists {
		text, _ := os.ReadFile(list) // the thread may be gone
		pids = append(pids, strings.Fields(string(text))...)
	}
	return pids
}

// number reads the number behind a word that a process prints.
func number(t *testing.T, line, word string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, word)))
	require.NoError(t, err, line)
	return n
}

// gone returns when a process that is not ours to wait for has ended: when it
// holds the other end of a pipe no more.
func gone(t *testing.T, r io.Reader) string {
	t.Helper()
	rest, err := io.ReadAll(bufio.NewReader(r))
	require.NoError(t, err)
	return string(rest)
}
