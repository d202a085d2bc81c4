package servers

import (
	"bufio"
	"context"
	"fmt"
	"net"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// Lines are servers that send lines back, the way that each has for lines: what
// a connection holds while it is idle is what it needs for that.
var Lines = []Server{
	{Name: "lines-streams", serve: serveStreamLines},
	{Name: "lines-protocol", serve: serveProtocol},
	{Name: "lines-net", serve: serveNetLines},
	{Name: "lines-cpython-streams", Wants: "python3", command: python("lines")},
	{Name: "lines-cpython-protocol", Wants: "python3", command: python("protocol")},
}

func serveStreamLines(int) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		return serveOn(ctx, new(streams.Options), func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			for line, err := range r.Lines(ctx) {
				if err != nil {
					return err
				}
				if _, err := w.Write(line); err != nil {
					return err
				}
				if err := w.Drain(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func serveNetLines(int) {
	l := listen()
	fmt.Println(l.Addr())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go echoLines(c)
		}
	}()
	answerInput()
}

func echoLines(c net.Conn) {
	defer c.Close()
	in := bufio.NewScanner(c)
	for in.Scan() {
		if _, err := c.Write(append(in.Bytes(), '\n')); err != nil {
			return
		}
	}
}
