package procpool

import (
	"context"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"

	"github.com/gobaton/async/remote"
)

// Main makes a worker of a process that a [Pool] has started, and does not
// return there. In any other process it does nothing. It stands first in main,
// and in TestMain, before flags are parsed and anything is printed.
func Main() {
	if os.Getenv(marker) == "" {
		return
	}
	_ = os.Unsetenv(marker)     // what the worker starts is none
	signal.Ignore(os.Interrupt) // a terminal sends it to all its processes: the parent decides
	in, out := connection()
	os.Stdin, _ = os.Open(os.DevNull)
	if err := work(in, out); err != nil {
		_, _ = os.Stderr.WriteString("procpool: worker: " + err.Error() + "\n")
		os.Exit(1)
	}
	os.Exit(0)
}

// work performs the calls that come through in until it is closed, which is
// also what the end of the parent does.
func work(in io.Reader, out io.Writer) error {
	if _, err := io.WriteString(out, greeting); err != nil {
		return err
	}
	w := &worker{out: gob.NewEncoder(out)}
	for requests := gob.NewDecoder(in); ; {
		var r request
		switch err := requests.Decode(&r); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case r.Cancel:
			w.cancel(r.ID)
		default:
			w.begin(r)
		}
	}
}

// worker is what a worker process does.
type worker struct {
	mu      sync.Mutex
	running uint64 // the call that runs
	stop    context.CancelFunc
	out     *gob.Encoder
}

// begin performs a call while the worker reads on: nothing but a cancellation
// will come.
func (w *worker) begin(r request) {
	ctx, stop := context.WithCancel(context.Background())
	w.mu.Lock()
	w.running, w.stop = r.ID, stop
	w.mu.Unlock()
	go func() {
		defer stop()
		answer := reply{ID: r.ID, Reply: remote.Perform(ctx, r.Call)}
		if n := len(answer.Reply.Result); n > r.Max {
			answer.Reply.Result, answer.Large = nil, n
		}
		if err := w.out.Encode(answer); err != nil {
			os.Exit(1) // nobody reads any more
		}
	}()
}

// cancel ends the context of a call, if it is that which runs.
func (w *worker) cancel(id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running == id {
		w.stop()
	}
}
