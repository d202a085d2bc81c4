//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

// role says that this program is to be the command itself.
const role = "RUN_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		main()
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
	goleak.VerifyTestMain(m)
}

// run runs the command of this folder.
func run(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), role+"=1")
	return cmd
}

var times = regexp.MustCompile(`(?m)^ *\d+\.\d{3} `)

func TestRunPrintsTheLinesAndTheStatus(t *testing.T) {
	cmd := run("sh", "-c", "echo one; echo two; exit 3")
	out, err := cmd.Output()
	require.Error(t, err)
	require.Equal(t, 3, cmd.ProcessState.ExitCode())
	require.Equal(t, "out: one\nout: two\nexit status 3\n", times.ReplaceAllString(string(out), ""))
	require.Len(t, times.FindAllString(string(out), -1), 2)
}

func TestRunPrintsTheWholeAtTheEnd(t *testing.T) {
	out, err := run("-all", "sh", "-c", "echo one; echo two >&2").Output()
	require.NoError(t, err)
	require.Equal(t, "[\"sh\" \"-c\" \"echo one; echo two >&2\"] exited with 0\n[stdout]\none\n[stderr]\ntwo\n", string(out))
}

func TestRunWithoutSuchACommandFails(t *testing.T) {
	cmd := run("no-such-command")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "executable file not found")
	out, err = run().CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "usage")
}

func TestLinesArePrintedBeforeTheEnd(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		in, feed, err := os.Pipe()
		require.NoError(t, err)
		lines := make(chan string, 10)
		done := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return follow(ctx, told(lines), subprocess.Options{Stdin: in}, []string{"cat"})
		})
		for _, text := range []string{"one", "two"} {
			_, err := feed.WriteString(text + "\n")
			require.NoError(t, err)
			line, _, err := async.Recv(ctx, lines)
			require.NoError(t, err)
			require.Equal(t, "out: "+text+"\n", times.ReplaceAllString(line, ""))
		}
		require.NoError(t, feed.Close())
		code, err := done.Await(ctx)
		require.Zero(t, code)
		require.NoError(t, in.Close())
		return err
	}))
}

// told sends what is written.
type told chan<- string

func (c told) Write(p []byte) (int, error) {
	c <- string(bytes.Clone(p))
	return len(p), nil
}

func TestAnInterruptEndsTheCommandAndWhatItHasStarted(t *testing.T) {
	cmd := run("-grace", "10s", "sh", "-c", "sleep 1000 & echo started; wait")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	held, write, err := os.Pipe() // for as long as any of them is there
	require.NoError(t, err)
	defer held.Close()
	cmd.ExtraFiles = []*os.File{write}
	begun := time.Now()
	require.NoError(t, cmd.Start())
	require.NoError(t, write.Close())
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(line, "out: started\n"))
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	_, err = lines.ReadString('\n')
	require.Error(t, err)
	require.Error(t, cmd.Wait())
	_, err = held.Read(make([]byte, 1))
	require.Error(t, err)
	require.Less(t, time.Since(begun), 9*time.Second)
}
