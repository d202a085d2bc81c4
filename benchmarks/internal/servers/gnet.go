package servers

import (
	"context"
	"fmt"

	"github.com/panjf2000/gnet/v2"
)

// gnetEcho is gnet's server, on one loop.
type gnetEcho struct {
	gnet.BuiltinEventEngine
	addr string
}

func (e *gnetEcho) OnBoot(engine gnet.Engine) gnet.Action {
	go func() {
		<-untilEOF().Done()
		_ = engine.Stop(context.Background())
	}()
	fmt.Println(e.addr)
	return gnet.None
}

func (e *gnetEcho) OnTraffic(c gnet.Conn) gnet.Action {
	data, _ := c.Next(-1)
	_, _ = c.Write(data)
	return gnet.None
}

func serveGnet(int) {
	l := listen() // finds a port that is free
	e := &gnetEcho{addr: l.Addr().String()}
	_ = l.Close()
	err := gnet.Run(e, "tcp://"+e.addr, gnet.WithMulticore(false), gnet.WithTCPNoDelay(gnet.TCPNoDelay), gnet.WithLogger(quiet{}))
	if err != nil {
		panic(err)
	}
}

// quiet is a logger that says nothing: gnet's own writes where the address is
// printed.
type quiet struct{}

func (quiet) Debugf(string, ...any) {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(string, ...any) {}
