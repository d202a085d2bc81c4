package subprocess_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/subprocess"
)

func TestWaitReturnsTheStatus(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("exit", subprocess.Options{}).Exec(ctx, os.Args[0], "7")
		require.NoError(t, err)
		_, ended := p.ReturnCode()
		require.False(t, ended)
		require.Nil(t, p.State())
		code, err := p.Wait(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, code)
		code, ended = p.ReturnCode()
		require.True(t, ended)
		require.Equal(t, 7, code)
		require.Equal(t, p.Pid(), p.State().Pid())
		require.Contains(t, p.String(), "returncode=7")
		require.ErrorIs(t, p.Kill(), os.ErrProcessDone)
		require.NoError(t, p.Close(ctx))
	})
}

func TestAnyNumberOfTasksWait(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		waits := make([]async.Coro[int], 5)
		for i := range waits {
			waits[i] = p.Wait
		}
		all := async.GoValue(ctx, func(ctx context.Context) ([]int, error) { return async.Gather(ctx, waits...) })
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, p.Stdin.Close())
		codes, err := all.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, make([]int, 5), codes)
	})
}

func TestASignalIsANegativeStatus(t *testing.T) {
	run(t, func(ctx context.Context) {
		for _, c := range []struct {
			end    func(p *subprocess.Process) error
			signal syscall.Signal
		}{
			{(*subprocess.Process).Kill, syscall.SIGKILL},
			{(*subprocess.Process).Terminate, syscall.SIGTERM},
			{func(p *subprocess.Process) error { return p.Signal(syscall.SIGHUP) }, syscall.SIGHUP},
		} {
			if signal.Ignored(c.signal) {
				continue // as under nohup: a child inherits that, and goes on
			}
			p, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
			require.NoError(t, err)
			_, err = p.Stdout.ReadLine(ctx)
			require.NoError(t, err)
			require.NoError(t, c.end(p))
			code, err := p.Wait(ctx)
			require.NoError(t, err)
			require.Equal(t, -int(c.signal), code)
			rest, err := p.Stdout.ReadAll(ctx)
			require.NoError(t, err)
			require.Empty(t, rest)
		}
	})
}

func TestAnExecutableThatIsMissingIsAnError(t *testing.T) {
	run(t, func(ctx context.Context) {
		pipes := &subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe, Stderr: io.Discard}
		_, err := pipes.Exec(ctx, "no-such-program")
		require.ErrorIs(t, err, exec.ErrNotFound)
		_, err = pipes.Exec(ctx, "/no/such/program")
		require.ErrorIs(t, err, os.ErrNotExist)
		pipes.Dir = "/no/such/folder"
		_, err = pipes.Exec(ctx, os.Args[0])
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestOutputsGoWhereTheOptionsSay(t *testing.T) {
	run(t, func(ctx context.Context) {
		shell := func(o subprocess.Options) (stdout, stderr string) {
			p, err := o.Shell(ctx, "echo out; echo err >&2")
			require.NoError(t, err)
			a, b, err := p.Communicate(ctx, nil)
			require.NoError(t, err)
			return string(a), string(b)
		}
		a, b := shell(subprocess.Options{Stdout: subprocess.Pipe, Stderr: subprocess.Pipe})
		require.Equal(t, []string{"out\n", "err\n"}, []string{a, b})
		a, b = shell(subprocess.Options{Stdout: subprocess.Pipe, Stderr: subprocess.Stdout})
		require.Equal(t, []string{"out\nerr\n", ""}, []string{a, b})
		a, b = shell(subprocess.Options{Stdout: subprocess.DevNull, Stderr: subprocess.Pipe})
		require.Equal(t, []string{"", "err\n"}, []string{a, b})

		var both, other bytes.Buffer
		shell(subprocess.Options{Stdout: &both, Stderr: &both})
		require.Equal(t, "out\nerr\n", both.String())
		both.Reset()
		shell(subprocess.Options{Stdout: &both, Stderr: &other})
		require.Equal(t, []string{"out\n", "err\n"}, []string{both.String(), other.String()})

		file, err := os.CreateTemp(t.TempDir(), "")
		require.NoError(t, err)
		shell(subprocess.Options{Stdout: file, Stderr: subprocess.Stdout})
		text, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		require.Equal(t, "out\nerr\n", string(text))
		require.NoError(t, file.Close())
	})
}

func TestInputsComeFromWhereTheOptionsSay(t *testing.T) {
	run(t, func(ctx context.Context) {
		cat := func(in io.Reader) string {
			p, err := as("cat", subprocess.Options{Stdin: in, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
			require.NoError(t, err)
			out, _, err := p.Communicate(ctx, nil)
			require.NoError(t, err)
			return string(out)
		}
		require.Empty(t, cat(subprocess.DevNull))
		require.Empty(t, cat(subprocess.Pipe))
		require.Equal(t, "some text", cat(strings.NewReader("some text")))
		name := t.TempDir() + "/text"
		require.NoError(t, os.WriteFile(name, []byte("of a file"), 0o600))
		file, err := os.Open(name)
		require.NoError(t, err)
		defer file.Close()
		require.Equal(t, "of a file", cat(file))
	})
}

func TestTheProcessHasItsEnvironmentFolderAndFiles(t *testing.T) {
	run(t, func(ctx context.Context) {
		dir := t.TempDir() + "/here"
		require.NoError(t, os.Mkdir(dir, 0o700))
		o := subprocess.Options{Stdout: subprocess.Pipe, Dir: dir, Env: []string{"SUBPROCESS_TEST_VALUE=42"}}
		p, err := as("env", o).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		out, _, err := p.Communicate(ctx, nil)
		require.NoError(t, err)
		require.Equal(t, "42 here\n", string(out))

		name := dir + "/text"
		require.NoError(t, os.WriteFile(name, []byte("extra"), 0o600))
		file, err := os.Open(name)
		require.NoError(t, err)
		defer file.Close()
		p, err = as("extra", subprocess.Options{Stdout: subprocess.Pipe, ExtraFiles: []*os.File{file}}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		out, _, err = p.Communicate(ctx, nil)
		require.NoError(t, err)
		require.Equal(t, "extra", string(out))
	})
}

func TestLinesComeAsTheyAreWritten(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		for _, text := range []string{"one\n", "two\n", "three\n"} {
			_, err := p.Stdin.WriteString(text)
			require.NoError(t, err)
			line, err := p.Stdout.ReadLine(ctx)
			require.NoError(t, err)
			require.Equal(t, text, line)
		}
		require.NoError(t, p.Stdin.Close())
		code, err := p.Wait(ctx)
		require.NoError(t, err)
		require.Zero(t, code)
	})
}

func TestCommunicateTakesAnySizeBothWays(t *testing.T) {
	size := 100 << 20
	if testing.Short() {
		size = 10 << 20
	}
	run(t, func(ctx context.Context) {
		p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		input := bytes.Repeat([]byte("0123456789abcdef"), size/16)
		out, _, err := p.Communicate(ctx, input)
		require.NoError(t, err)
		require.True(t, bytes.Equal(input, out))

		p, err = as("both", subprocess.Options{Stdout: subprocess.Pipe, Stderr: subprocess.Pipe}).Exec(ctx, os.Args[0], "3000000")
		require.NoError(t, err)
		out, errs, err := p.Communicate(ctx, nil)
		require.NoError(t, err)
		require.Len(t, out, 3000000)
		require.Len(t, errs, 3000000)
	})
}

func TestAProcessThatReadsNothingEndsCommunicate(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("exit", subprocess.Options{Stdin: subprocess.Pipe}).Exec(ctx, os.Args[0], "3")
		require.NoError(t, err)
		_, _, err = p.Communicate(ctx, make([]byte, 1<<20))
		require.NoError(t, err)
		code, ended := p.ReturnCode()
		require.True(t, ended)
		require.Equal(t, 3, code)
	})
}

func TestAWriterThatFailsIsTheErrorOfWait(t *testing.T) {
	run(t, func(ctx context.Context) {
		full := errors.New("full")
		p, err := as("both", subprocess.Options{Stdout: failing{full}, Stderr: subprocess.DevNull}).Exec(ctx, os.Args[0], "10")
		require.NoError(t, err)
		_, err = p.Wait(ctx)
		require.ErrorIs(t, err, full)
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAThousandProcessesAtFiftyATime(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	run(t, func(ctx context.Context) {
		codes, err := async.Map(ctx, 50, make([]struct{}, n), func(ctx context.Context, _ struct{}) (int, error) {
			p, err := (&subprocess.Options{Stdin: subprocess.DevNull, Stdout: subprocess.Pipe}).Shell(ctx, "echo hello; exit 3")
			if err != nil {
				return 0, err
			}
			out, _, err := p.Communicate(ctx, nil)
			if string(out) != "hello\n" {
				return 0, errors.New("it said " + string(out))
			}
			code, _ := p.ReturnCode()
			return code, err
		})
		require.NoError(t, err)
		for _, code := range codes {
			require.Equal(t, 3, code)
		}
	})
}

func TestAProcessInVirtualTimeIsRefused(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		defer func() { require.Contains(t, recover(), "whose time is virtual") }()
		_, _ = subprocess.Exec(ctx, os.Args[0])
	})
}

func TestMisuseNamesTheMend(t *testing.T) {
	run(t, func(ctx context.Context) {
		refused := func(o *subprocess.Options, mend string) {
			t.Helper()
			defer func() { require.Contains(t, recover(), mend) }()
			_, _ = o.Exec(ctx, os.Args[0])
		}
		refused(&subprocess.Options{Stdin: subprocess.Stdout}, "use Pipe or DevNull")
		refused(&subprocess.Options{Stdout: subprocess.Stdout}, "use Pipe or DevNull")
		p, err := as("exit", subprocess.Options{}).Exec(ctx, os.Args[0], "0")
		require.NoError(t, err)
		func() {
			defer func() { require.Contains(t, recover(), "set Options.Stdin to Pipe") }()
			_, _, _ = p.Communicate(ctx, []byte("x"))
		}()
		_, err = p.Wait(ctx)
		require.NoError(t, err)
		_, err = subprocess.Pipe.Read(nil)
		require.Error(t, err)
		_, err = subprocess.Pipe.Write(nil)
		require.Error(t, err)
	})
}

func TestTheEndOfTheLoopEndsAProcessGentlyFirst(t *testing.T) {
	for name, c := range map[string]struct {
		role   string
		grace  time.Duration
		status syscall.Signal
	}{
		"at once":    {"sit", 0, syscall.SIGKILL},
		"gently":     {"sit", time.Minute, syscall.SIGTERM},
		"not gently": {"stubborn", time.Millisecond, syscall.SIGKILL},
	} {
		t.Run(name, func(t *testing.T) {
			var p *subprocess.Process
			run(t, func(ctx context.Context) {
				var err error
				p, err = as(c.role, subprocess.Options{Stdout: subprocess.Pipe, Grace: c.grace}).Exec(ctx, os.Args[0])
				require.NoError(t, err)
				_, err = p.Stdout.ReadLine(ctx)
				require.NoError(t, err)
			})
			code, ended := p.ReturnCode()
			require.True(t, ended)
			require.Equal(t, -int(c.status), code)
		})
	}
}
