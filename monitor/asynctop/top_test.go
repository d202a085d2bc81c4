package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v2"
	"github.com/stretchr/testify/require"
)

// simulated is a screen in memory.
type simulated struct{ tcell.SimulationScreen }

// text returns what is on the screen.
func (s simulated) text() string {
	cells, width, _ := s.GetContents()
	var b strings.Builder
	for i, c := range cells {
		if i > 0 && i%width == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(c.Runes))
	}
	return b.String()
}

// shows waits until a text is on the screen.
func (s simulated) shows(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(s.text(), text) }, 30*time.Second, 10*time.Millisecond, "%s", text)
}

// keys types letters.
func (s simulated) keys(letters string) {
	for _, r := range letters {
		s.InjectKey(tcell.KeyRune, r, tcell.ModNone)
	}
}

func TestTopShowsOpensFiltersAndCancels(t *testing.T) {
	attach(t, func(socket string) {
		screen := simulated{tcell.NewSimulationScreen("")}
		require.NoError(t, screen.Init())
		screen.SetSize(160, 40)
		c := connect(socket)
		defer c.close()
		done := make(chan error)
		go func() { done <- show(context.Background(), c, screen, 20*time.Millisecond) }()

		screen.shows(t, "4 × worker-2")
		screen.InjectKey(tcell.KeyEnd, 0, tcell.ModNone)
		screen.InjectKey(tcell.KeyRight, 0, tcell.ModNone)
		screen.shows(t, "    worker-4")
		screen.InjectKey(tcell.KeyEnd, 0, tcell.ModNone)
		screen.InjectKey(tcell.KeyEnter, 0, tcell.ModNone)
		screen.shows(t, "worker-1 waits for a timer")
		screen.keys("/worker-5")
		screen.InjectKey(tcell.KeyEnter, 0, tcell.ModNone)
		require.Eventually(t, func() bool { return !strings.Contains(screen.text(), "worker-4") }, 30*time.Second, 10*time.Millisecond)
		screen.InjectKey(tcell.KeyEnd, 0, tcell.ModNone)
		screen.keys("c")
		screen.shows(t, "Cancel worker-5?")
		screen.InjectKey(tcell.KeyTab, 0, tcell.ModNone)
		screen.InjectKey(tcell.KeyEnter, 0, tcell.ModNone)
		screen.shows(t, "1 canceled")
		screen.keys("q")
		require.NoError(t, <-done)
	})
}

func TestTopEndsWithItsContext(t *testing.T) {
	attach(t, func(socket string) {
		screen := simulated{tcell.NewSimulationScreen("")}
		require.NoError(t, screen.Init())
		c := connect(socket)
		defer c.close()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- show(ctx, c, screen, 20*time.Millisecond) }()
		screen.shows(t, "worker-1")
		cancel()
		require.NoError(t, <-done)
	})
}

// asCommand has this test's program run as asynctop.
const asCommand = "ASYNCTOP_AS_COMMAND"

func TestTopInARealTerminal(t *testing.T) {
	if os.Getenv(asCommand) != "" {
		os.Args = []string{"asynctop", "top"}
		main()
		return
	}
	attach(t, func(socket string) {
		command := exec.Command(os.Args[0], "-test.run=^TestTopInARealTerminal$")
		command.Env = append(os.Environ(), asCommand+"=1", "ASYNC_MONITOR="+socket, "TERM=xterm-256color")
		terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 160})
		require.NoError(t, err)
		var seen written
		copied := make(chan struct{})
		go func() {
			defer close(copied)
			_, _ = io.Copy(&seen, terminal) // until the program has ended
		}()
		require.Eventually(t, func() bool { return seen.contains("worker-2") }, 30*time.Second, 10*time.Millisecond)
		_, err = terminal.WriteString("q")
		require.NoError(t, err)
		require.NoError(t, command.Wait())
		require.NoError(t, terminal.Close())
		<-copied
	})
}

// written is what a terminal got.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) contains(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(w.text.String(), text)
}
