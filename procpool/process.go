package procpool

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/gobaton/async/remote"
)

// process is a worker as its parent sees it. One call at a time has it.
type process struct {
	cmd      *exec.Cmd
	in       *os.File // its requests
	out      *os.File // its replies
	mu       sync.Mutex
	requests *gob.Encoder // guarded by mu: a cancellation comes from elsewhere
	replies  *gob.Decoder
	lastID   uint64
	said     *transcript
	exited   chan struct{} // closed when it has ended
	status   error         // then: how
}

// errNotSent is the error of a call that the worker has never read: another may
// have it.
var errNotSent = errors.New("procpool: the worker had ended before")

// startTime is how long a worker may take to say that it is one.
const startTime = 30 * time.Second

// start starts a worker.
func (p *Pool) start() (*process, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	childIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		_, _ = childIn.Close(), in.Close()
		return nil, err
	}
	w := &process{cmd: exec.Command(executable), in: in, out: out, requests: gob.NewEncoder(in), exited: make(chan struct{})}
	w.cmd.Env = append(append(os.Environ(), p.Env...), marker+"=1")
	w.said = &transcript{w: p.printer}
	connect(w.cmd, childIn, childOut, w.said)
	w.cmd.WaitDelay = time.Second // for what the worker itself has started, and may hold its stderr
	err = p.starter.start(w.cmd)
	_, _ = childIn.Close(), childOut.Close()
	if err != nil {
		w.closePipes()
		return nil, err
	}
	go w.reap()
	return w, nil
}

// greet waits until the worker has said that it is one.
func (w *process) greet() error {
	_ = w.out.SetReadDeadline(time.Now().Add(startTime))
	said := make([]byte, len(greeting))
	replies := bufio.NewReader(w.out)
	if n, err := io.ReadFull(replies, said); err != nil || string(said) != greeting {
		w.kill()
		return fmt.Errorf("%w (it said %q, and then: %w)", ErrNotAWorker, append(w.said.end(), said[:n]...), errors.Join(err, w.status))
	}
	_ = w.out.SetReadDeadline(time.Time{})
	w.said.end()
	w.replies = gob.NewDecoder(replies)
	return nil
}

// reap waits for the end of the process.
func (w *process) reap() {
	w.status = w.cmd.Wait()
	if w.status == nil {
		w.status = errors.New("exit status 0")
	}
	close(w.exited)
}

// call lets the worker perform a call. When ctx is done, so is the function's;
// the worker has grace then, if that is not 0, and is killed.
func (w *process) call(ctx context.Context, call remote.Call, max int, grace time.Duration) (reply, error) {
	w.lastID++
	id := w.lastID
	if err := w.send(request{ID: id, Call: call, Max: max}); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errNotSent, err)
	}
	defer w.cancelWith(ctx, id, grace)()
	var r reply
	if err := w.replies.Decode(&r); err != nil || r.ID != id {
		w.kill()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // the status says more
		}
		return reply{}, &CrashError{Func: call.Func, PID: w.cmd.Process.Pid, Err: errors.Join(w.status, err)}
	}
	return r, nil
}

func (w *process) send(r request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests.Encode(r)
}

// cancelWith passes the end of ctx on to a call. The function it returns ends
// that.
func (w *process) cancelWith(ctx context.Context, id uint64, grace time.Duration) (end func()) {
	replied, passed := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(passed)
		_ = w.send(request{ID: id, Cancel: true})
		if grace <= 0 {
			return
		}
		patience := time.NewTimer(grace)
		defer patience.Stop()
		select {
		case <-replied:
		case <-patience.C:
			_ = w.cmd.Process.Kill()
		}
	})
	return func() {
		close(replied)
		if !stop() {
			<-passed
		}
	}
}

// end lets the worker end by itself, and waits for that.
func (w *process) end() {
	_ = w.in.Close()
	<-w.exited
	_ = w.out.Close()
}

// kill ends the worker, and waits for that.
func (w *process) kill() {
	_ = w.cmd.Process.Kill()
	<-w.exited
	w.closePipes()
}

func (w *process) closePipes() { _, _ = w.in.Close(), w.out.Close() }
