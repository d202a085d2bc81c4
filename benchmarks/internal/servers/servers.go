// Package servers has echo servers, ours and those of others, each of which
// runs in a process of its own: in Go this program again, or one in another
// language. What cannot be run here is missing, and named so.
//
// A server prints its address, answers each line of its standard input with
// one when it has collected its garbage, and ends when that input ends.
package servers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Server is an echo server.
type Server struct {
	// Name is what it is chosen by.
	Name string

	// Wants is what there is not where it is missing.
	Wants string

	// TLS says that it encrypts.
	TLS bool

	serve   func(size int)                    // in Go
	command func(size int) (*exec.Cmd, error) // in another language
}

// All are the servers, ours first.
var All = []Server{
	{Name: "streams", serve: func(size int) { serveStreams(size, 1, nil) }},
	{Name: "streams-2", serve: func(size int) { serveStreams(size, 2, nil) }},
	{Name: "streams-goroutines", serve: serveGoroutines},
	{Name: "protocol", serve: serveProtocol},
	{Name: "net", serve: func(size int) { serveNet(size, listen()) }},
	{Name: "gnet", serve: serveGnet},
	{Name: "c", Wants: "gcc", command: commandC},
	{Name: "cpython-streams", Wants: "python3", command: python("streams")},
	{Name: "cpython-protocol", Wants: "python3", command: python("protocol")},
	{Name: "uvloop-streams", Wants: "a python3 with uvloop", command: uvloop("streams")},
	{Name: "uvloop-protocol", Wants: "a python3 with uvloop", command: uvloop("protocol")},
	{Name: "node", Wants: "node", command: commandNode},
	{Name: "streams-tls", TLS: true, serve: func(size int) { serveStreams(size, 1, TLSConfig()) }},
	{Name: "net-tls", TLS: true, serve: serveNetTLS},
}

// Find returns the server called name.
func Find(name string) (Server, bool) {
	for _, s := range slices.Concat(All, Lines) {
		if s.Name == name {
			return s, true
		}
	}
	return Server{}, false
}

// variable of the environment names the server that a process is.
const variable = "ECHO_SERVER"

// ServeIfAsked makes this process the server that it was started as, until that
// ends. A program calls it first.
func ServeIfAsked() {
	name, size, ok := strings.Cut(os.Getenv(variable), ":")
	if !ok {
		return
	}
	s, _ := Find(name)
	n, _ := strconv.Atoi(size)
	s.serve(n)
	os.Exit(0)
}

// A Process is a server that runs.
type Process struct {
	// Addr is where it listens.
	Addr string

	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts a server whose requests have so many bytes.
func (s Server) Start(size int) (*Process, error) {
	p := new(Process)
	if s.serve != nil {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		p.cmd = exec.Command(exe)
		p.cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s:%d", variable, s.Name, size))
	} else {
		var err error
		if p.cmd, err = s.command(size); err != nil {
			return nil, fmt.Errorf("%s is missing (wants %s): %w", s.Name, s.Wants, err)
		}
	}
	if err := p.begin(); err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return p, nil
}

func (p *Process) begin() (err error) {
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	line, err := p.out.ReadString('\n')
	p.Addr = strings.TrimSpace(line)
	return err
}

// Stop ends the server.
func (p *Process) Stop() {
	if p.in != nil {
		_ = p.in.Close()
	}
	if p.cmd.Process != nil {
		_ = p.cmd.Wait()
	}
}

// Collect lets the server collect its garbage.
func (p *Process) Collect() error {
	if _, err := io.WriteString(p.in, "gc\n"); err != nil {
		return err
	}
	_, err := p.out.ReadString('\n')
	return err
}

// CPU returns the time that the server has spent on a processor. It is only as
// exact as the system counts: to 10 ms.
func (p *Process) CPU() time.Duration {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// Resident returns how many bytes of memory the server has.
func (p *Process) Resident() int {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	pages, _ := strconv.Atoi(strings.Fields(string(data))[1])
	return pages * os.Getpagesize()
}

// answerInput collects garbage for each line of the standard input, until that
// ends.
func answerInput() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		for range 3 {
			runtime.GC()
		}
		debug.FreeOSMemory()
		fmt.Println("collected")
	}
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l
}
