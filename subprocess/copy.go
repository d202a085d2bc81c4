package subprocess

import (
	"io"
	"os"
	"sync"

	"github.com/gobaton/async"
)

// feeder copies a reader to the input of a process.
type feeder struct {
	from io.Reader
	file *os.File
}

func (f *feeder) run() {
	_, _ = io.Copy(f.file, f.from)
	_ = f.file.Close()
}

// copier copies an output of a process to a writer, in a goroutine. The loop
// waits for what the process has written itself, and not for what others write.
type copier struct {
	file *os.File
	to   io.Writer
	buf  [32 << 10]byte

	once    sync.Once
	current *async.Notifier // all that was there at the end of the process was copied
	over    *async.Notifier // the goroutine has ended
	err     error           // of the writer; for the loop once current was notified
}

func newCopier(l *async.Loop, file *os.File, to io.Writer) *copier {
	c := &copier{file: file, to: to}
	c.current = l.NewNotifier(awaitedCopy(file.Name()), true)
	c.over = l.NewNotifier(awaitedCopy(file.Name()), true)
	return c
}

// awaitedCopy is a file as what is copied.
type awaitedCopy string

// String says what is waited for.
func (a awaitedCopy) String() string { return "the copy of " + string(a) }

// run copies until the end of the output, or an error.
func (c *copier) run() {
	defer c.over.Notify()
	defer c.file.Close()
	defer c.catchUp(nil)
	for {
		n, err := c.file.Read(c.buf[:])
		if n > 0 && !c.write(c.buf[:n]) {
			return
		}
		if hurried(err) {
			err = c.drain()
			c.catchUp(nil)
		}
		if err != nil {
			return
		}
	}
}

func (c *copier) write(p []byte) bool {
	_, err := c.to.Write(p)
	if err != nil {
		c.catchUp(err)
	}
	return err == nil
}

// catchUp tells the loop, once, that it need not wait any more.
func (c *copier) catchUp(err error) {
	c.once.Do(func() {
		c.err = err
		c.current.Notify()
	})
}
