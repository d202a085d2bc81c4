package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Blocking finds calls and channel operations that block the loop.
var Blocking = &analysis.Analyzer{
	Name: "asyncblocking",
	Doc: "find what blocks the loop inside of coroutines\n\n" +
		"While a coroutine blocks, no other task of its loop runs. time.Sleep has async.Sleep in its place, channels have Recv and Send, " +
		"and ToThread takes everything else.",
	Requires: []*analysis.Analyzer{coroutines},
	Run:      findBlocking,
}

// inTests makes Blocking look at tests: they often block on purpose, to see what happens.
var inTests bool

func init() {
	Blocking.Flags.BoolVar(&inTests, "tests", false, "look at _test.go files too, where coroutines often block on purpose")
}

// blockers are the functions that block, by package: functions as Name, methods as Type.Name, all with these beginnings.
var blockers = map[string]map[string]string{
	"time": {"Sleep": "async.Sleep"},
	"sync": {"WaitGroup.Wait": "a TaskGroup", "Cond.Wait": "primitives.Condition"},
	"net": {
		"Dial": "", "DialTimeout": "", "DialTCP": "", "DialUDP": "", "DialUnix": "", "DialIP": "", "Dialer.Dial": "", "Dialer.DialContext": "",
		"Listener.Accept": "", "TCPListener.Accept": "", "UnixListener.Accept": "", "Conn.Read": "", "Conn.Write": "",
		"TCPConn.Read": "", "TCPConn.Write": "", "UnixConn.Read": "", "UnixConn.Write": "", "UDPConn.ReadFrom": "",
		"LookupHost": "", "LookupIP": "", "LookupAddr": "", "LookupCNAME": "", "LookupMX": "", "LookupTXT": "",
		"Resolver.LookupHost": "", "Resolver.LookupIPAddr": "", "Resolver.LookupAddr": "",
	},
	"net/http": {
		"Get": "", "Head": "", "Post": "", "PostForm": "", "Client.Do": "", "Client.Get": "", "Client.Head": "", "Client.Post": "", "Client.PostForm": "",
		"ListenAndServe": "", "Server.ListenAndServe": "", "Server.Serve": "",
	},
	"os/exec":                     {"Cmd.Run": "", "Cmd.Wait": "", "Cmd.Output": "", "Cmd.CombinedOutput": ""},
	"database/sql":                {"DB.Query": "", "DB.QueryContext": "", "DB.Exec": "", "DB.ExecContext": "", "DB.Ping": "", "DB.PingContext": ""},
	"golang.org/x/sync/errgroup":  {"Group.Wait": "a TaskGroup"},
	"golang.org/x/sync/semaphore": {"Weighted.Acquire": "primitives.Semaphore"},
	module:                        {"Pending.Wait": "Go, and Await of the task", "Run": "", "RunValue": ""},
}

func findBlocking(pass *analysis.Pass) (any, error) {
	report := reporter(pass)
	p := pass.ResultOf[coroutines].(*program)
	for _, f := range p.funcs {
		if !f.coroutine || f.elsewhere || !inTests && isTest(pass, f.node) {
			continue
		}
		for _, call := range f.calls {
			if name, instead, ok := blocks(callee(p.info, call)); ok {
				report(call.Pos(), "%s blocks the loop: use %s", name, instead)
			}
		}
		p.channels(f, report)
		p.mutexes(f, report)
	}
	return nil, nil
}

func isTest(pass *analysis.Pass, n ast.Node) bool {
	return strings.HasSuffix(pass.Fset.File(n.Pos()).Name(), "_test.go")
}

// blocks reports whether f is known to block, and what to use in its place.
func blocks(f *types.Func) (name, instead string, ok bool) {
	if f == nil || f.Pkg() == nil {
		return "", "", false
	}
	instead, ok = blockers[f.Pkg().Path()][qualified(f)]
	if instead == "" {
		instead = "it in a function given to ToThread"
	}
	return f.Pkg().Name() + "." + qualified(f), instead, ok
}

// channels reports the channel operations of f that can block.
func (p *program) channels(f *function, report func(token.Pos, string, ...any)) {
	var calm []ast.Node // operations that cannot block: those of a select with a default
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return p.of[n] == f
		case *ast.SelectStmt:
			ops, hasDefault := operations(n)
			calm = append(calm, ops...)
			if !hasDefault {
				report(n.Pos(), "select blocks the loop: use async.Recv and async.Send in tasks of their own, or a default")
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && !slices.Contains(calm, ast.Node(n)) {
				report(n.Pos(), "receiving from a channel blocks the loop: use async.Recv")
			}
		case *ast.SendStmt:
			if !slices.Contains(calm, ast.Node(n)) {
				report(n.Pos(), "sending to a channel blocks the loop: use async.Send")
			}
		case *ast.RangeStmt:
			if t := p.info.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Chan); ok {
					report(n.Pos(), "ranging over a channel blocks the loop: use async.Recv")
				}
			}
		}
		return true
	})
}

// operations are the channel operations that a select waits for.
func operations(s *ast.SelectStmt) (ops []ast.Node, hasDefault bool) {
	for _, c := range s.Body.List {
		switch op := c.(*ast.CommClause).Comm.(type) {
		case nil:
			hasDefault = true
		case *ast.SendStmt:
			ops = append(ops, op)
		default:
			ast.Inspect(op, func(n ast.Node) bool {
				if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.ARROW {
					ops = append(ops, u)
				}
				return true
			})
		}
	}
	return ops, hasDefault
}
