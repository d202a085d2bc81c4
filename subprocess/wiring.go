package subprocess

import (
	"errors"
	"io"
	"os"
	"os/exec"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// wiring is the files between the program and a process that is to be started.
type wiring struct {
	theirs []*os.File // ends that the process gets a copy of
	stdin  *os.File   // our ends of pipes; nil: there is none
	stdout *os.File
	stderr *os.File
	feed   *feeder // copies an io.Reader
	copies []*copier
}

// make makes the pipes of a process, and connects its command.
func (w *wiring) make(p *Process, cmd *exec.Cmd) (err error) {
	o := &p.options
	if cmd.Stdin, err = w.input(o.Stdin); err != nil {
		return err
	}
	if cmd.Stdout, err = w.output(p.loop, o.Stdout, os.Stdout, &w.stdout); err != nil {
		return err
	}
	if o.Stderr == Stdout || o.Stderr != nil && sameWriter(o.Stderr, o.Stdout) && o.Stderr != Pipe {
		cmd.Stderr = cmd.Stdout
		return nil
	}
	cmd.Stderr, err = w.output(p.loop, o.Stderr, os.Stderr, &w.stderr)
	return err
}

// sameWriter compares writers, of which some cannot be compared.
func sameWriter(a, b io.Writer) bool {
	defer func() { _ = recover() }()
	return a == b
}

// input returns what an input is connected to; nil for none.
func (w *wiring) input(from io.Reader) (io.Reader, error) {
	switch file := from.(type) {
	case nil:
		return os.Stdin, nil
	case *os.File:
		return file, nil
	case Redirect:
		if file == DevNull {
			return nil, nil
		}
		if file != Pipe {
			panic("async: Options.Stdin takes no such Redirect: use Pipe or DevNull")
		}
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.theirs = append(w.theirs, theirs)
	if from == Pipe {
		w.stdin = ours
	} else {
		w.feed = &feeder{from: from, file: ours}
	}
	return theirs, nil
}

// output returns what an output is connected to; nil for none.
func (w *wiring) output(l *async.Loop, to io.Writer, own *os.File, pipe **os.File) (io.Writer, error) {
	switch file := to.(type) {
	case nil:
		return own, nil
	case *os.File:
		return file, nil
	case Redirect:
		if file == DevNull {
			return nil, nil
		}
		if file != Pipe {
			panic("async: Options.Stdout takes no such Redirect: use Pipe or DevNull")
		}
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.theirs = append(w.theirs, theirs)
	if to == Pipe {
		*pipe = ours
	} else {
		w.copies = append(w.copies, newCopier(l, ours, to))
	}
	return theirs, nil
}

// closeTheirs closes what the process has copies of.
func (w *wiring) closeTheirs() {
	for _, f := range w.theirs {
		_ = f.Close()
	}
	w.theirs = nil
}

// close closes everything: there will be no process.
func (w *wiring) close() {
	w.closeTheirs()
	for _, f := range []*os.File{w.stdin, w.stdout, w.stderr} {
		if f != nil {
			_ = f.Close()
		}
	}
	if w.feed != nil {
		_ = w.feed.file.Close()
	}
	for _, c := range w.copies {
		_ = c.file.Close()
	}
	*w = wiring{}
}

// connect makes streams of the pipes, and begins to copy.
func (w *wiring) connect(p *Process) (err error) {
	read := func(f *os.File) (r *streams.Reader) {
		if f == nil || err != nil {
			return nil
		}
		if r, err = streams.ReadPipe(p.loop, f); err == nil {
			r.Limit = p.options.Limit
		}
		return r
	}
	if w.stdin != nil {
		p.Stdin, err = streams.WritePipe(p.loop, w.stdin)
	}
	p.Stdout, p.Stderr = read(w.stdout), read(w.stderr)
	if err != nil {
		return errors.Join(err, p.disconnect())
	}
	w.stdin, w.stdout, w.stderr = nil, nil, nil
	if w.feed != nil {
		go w.feed.run()
	}
	for _, c := range w.copies {
		go c.run()
	}
	return nil
}

// disconnect closes the streams.
func (p *Process) disconnect() error {
	if p.Stdin != nil {
		p.Stdin.Abort()
	}
	if p.Stdout != nil {
		_ = p.Stdout.Close()
	}
	if p.Stderr != nil {
		_ = p.Stderr.Close()
	}
	return nil
}
