package analyzer

import (
	"go/ast"
	"go/constant"
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

// inTests makes the analyzers look at tests, too, for what tests often do on
// purpose, to see what happens: block, or use a wrong context.
var inTests bool

func init() {
	Blocking.Flags.BoolVar(&inTests, "tests", false, "look at _test.go files too, where coroutines often block, or use a wrong context, on purpose")
}

// blockers are the functions that block, by package: functions as Name, methods
// as Type.Name; with what to use in their place, if that is not ToThread.
var blockers = map[string]map[string]string{
	"time": {"Sleep": "async.Sleep"},
	"sync": {"WaitGroup.Wait": "a TaskGroup", "Cond.Wait": "primitives.Condition"},
	"net": byThread("Dial", "DialTimeout", "DialTCP", "DialUDP", "DialUnix", "DialIP", "Dialer.Dial", "Dialer.DialContext",
		"Listener.Accept", "TCPListener.Accept", "TCPListener.AcceptTCP", "UnixListener.Accept", "Conn.Read", "Conn.Write",
		"TCPConn.Read", "TCPConn.Write", "TCPConn.ReadFrom", "UnixConn.Read", "UnixConn.Write", "UDPConn.Read", "UDPConn.ReadFrom", "UDPConn.ReadFromUDP",
		"PacketConn.ReadFrom", "LookupHost", "LookupIP", "LookupAddr", "LookupCNAME", "LookupMX", "LookupTXT", "LookupPort",
		"Resolver.LookupHost", "Resolver.LookupIPAddr", "Resolver.LookupIP", "Resolver.LookupAddr"),
	"net/http": byThread("Get", "Head", "Post", "PostForm", "Client.Do", "Client.Get", "Client.Head", "Client.Post", "Client.PostForm",
		"ListenAndServe", "ListenAndServeTLS", "Serve", "Server.ListenAndServe", "Server.ListenAndServeTLS", "Server.Serve", "Server.Shutdown"),
	"os": byThread("ReadFile", "WriteFile", "ReadDir", "Process.Wait", "File.Read", "File.ReadAt", "File.ReadFrom", "File.Write", "File.WriteAt",
		"File.WriteString", "File.Sync", "RemoveAll"),
	"os/exec": byThread("Cmd.Run", "Cmd.Wait", "Cmd.Output", "Cmd.CombinedOutput"),
	"bufio": byThread("Reader.Read", "Reader.ReadByte", "Reader.ReadBytes", "Reader.ReadLine", "Reader.ReadRune", "Reader.ReadSlice",
		"Reader.ReadString", "Reader.Peek", "Scanner.Scan", "Writer.Flush"),
	"database/sql": byThread("DB.Query", "DB.QueryContext", "DB.QueryRow", "DB.QueryRowContext", "DB.Exec", "DB.ExecContext", "DB.Ping", "DB.PingContext",
		"DB.Begin", "DB.BeginTx", "DB.Prepare", "DB.PrepareContext", "DB.Conn", "Tx.Query", "Tx.QueryContext", "Tx.QueryRow", "Tx.QueryRowContext", "Tx.Exec",
		"Tx.ExecContext", "Tx.Commit", "Tx.Rollback", "Stmt.Query", "Stmt.QueryContext", "Stmt.QueryRow", "Stmt.Exec", "Stmt.ExecContext",
		"Conn.QueryContext", "Conn.ExecContext", "Conn.PingContext", "Conn.BeginTx", "Rows.Next", "Row.Scan"),
	"golang.org/x/sync/errgroup":  {"Group.Wait": "a TaskGroup"},
	"golang.org/x/sync/semaphore": {"Weighted.Acquire": "primitives.Semaphore"},
	module:                        {"Pending.Wait": "Go, and Await of the task", "Run": "", "RunValue": ""},
}

func byThread(names ...string) map[string]string {
	m := map[string]string{}
	for _, name := range names {
		m[name] = ""
	}
	return m
}

func findBlocking(pass *analysis.Pass) (any, error) {
	report, send := reporter(pass)
	defer send()
	p := pass.ResultOf[coroutines].(*program)
	for _, f := range p.funcs {
		if !f.coroutine || f.elsewhere || !inTests && isTest(pass, f.node) {
			continue
		}
		for _, call := range f.calls {
			p.blockingCall(f, call, report)
		}
		p.channels(f, report)
		p.mutexes(f, report)
	}
	return nil, nil
}

// blockingCall reports a call in a coroutine that blocks, or calls what blocks.
func (p *program) blockingCall(f *function, call *ast.CallExpr, report reportFunc) {
	to := callee(p.info, call)
	if name, instead, ok := blocks(to); ok && !p.inMemory(f, call) {
		report(call.Pos(), "%s blocks the loop: use %s", name, instead).fix(p.sleepFix(f, call))
		return
	}
	if what := p.blocksInside(call, to); what != "" {
		report(call.Pos(), "%s blocks the loop, by %s: give it to ToThread", to.Name(), what)
	}
}

// blocksItself returns what in f, which is no coroutine, blocks, "" if nothing
// does.
func (p *program) blocksItself(f *function) string {
	for _, call := range f.calls {
		if name, _, ok := blocks(callee(p.info, call)); ok && !f.elsewhere && !p.inMemory(f, call) {
			return name
		}
	}
	return ""
}

// blocksInside returns what in a function that is called blocks, "" if nothing
// is known to.
func (p *program) blocksInside(call *ast.CallExpr, to *types.Func) string {
	if to == nil || to.Pkg() == nil || isPublic(to) {
		return ""
	}
	if f := p.named[to.Origin()]; f != nil {
		if f.coroutine {
			return "" // it is looked at itself
		}
		return p.blocksItself(f)
	}
	var fact isBlocking
	if to.Pkg() != p.pass.Pkg && p.pass.ImportObjectFact(to.Origin(), &fact) {
		return fact.What
	}
	return ""
}

// inMemory reports whether a call of package bufio reads from, or writes to,
// memory.
func (p *program) inMemory(f *function, call *ast.CallExpr) bool {
	to := callee(p.info, call)
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || to == nil || to.Pkg() == nil || to.Pkg().Path() != "bufio" {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	found := false
	ast.Inspect(f.body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return true
		}
		left, ok := a.Lhs[0].(*ast.Ident)
		if made, isCall := a.Rhs[0].(*ast.CallExpr); ok && isCall && p.info.ObjectOf(left) == p.info.ObjectOf(id) && len(made.Args) > 0 {
			found = found || isMemory(p.info.TypeOf(made.Args[0]))
		}
		return true
	})
	return found
}

func isMemory(t types.Type) bool {
	return isType(t, "strings", "Reader") || isType(t, "strings", "Builder") || isType(t, "bytes", "Reader") || isType(t, "bytes", "Buffer")
}

// sleepFix returns the statement that takes the place of a time.Sleep, nil
// where that is not plain.
func (p *program) sleepFix(f *function, call *ast.CallExpr) *edit {
	to := callee(p.info, call)
	if to == nil || to.Pkg().Path() != "time" || f.context == nil || !p.returnsError(f) {
		return nil
	}
	text := "if err := async.Sleep(" + f.context.Name() + ", " + types.ExprString(call.Args[0]) + "); err != nil {\n\treturn err\n}"
	return &edit{"Sleep without blocking the loop", call.Pos(), call.End(), text}
}

// returnsError reports whether f returns an error and nothing else.
func (p *program) returnsError(f *function) bool {
	var t types.Type
	switch n := f.node.(type) {
	case *ast.FuncDecl:
		t = p.info.Defs[n.Name].Type()
	case *ast.FuncLit:
		t = p.info.TypeOf(n)
	}
	results := t.(*types.Signature).Results()
	return results.Len() == 1 && results.At(0).Type().String() == "error"
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
func (p *program) channels(f *function, report reportFunc) {
	calm := p.buffered(f) // operations that cannot block: these, and those of a select with a default
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

// operations returns the channel operations that a select waits for.
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

// buffered returns the operations of f on channels of its own that have room:
// the first sends, as many as there is room, and as many receives behind them,
// outside of loops.
func (p *program) buffered(f *function) (calm []ast.Node) {
	room, inside := map[types.Object]int64{}, map[types.Object]int64{}
	var stack []ast.Node
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && len(n.Rhs) == 1 {
				if id, ok := n.Lhs[0].(*ast.Ident); ok {
					if size := p.capacity(n.Rhs[0]); size > 0 {
						room[p.info.ObjectOf(id)] = size
					}
				}
			}
		case *ast.SendStmt:
			if ch := p.object(n.Chan); ch != nil && inside[ch] < room[ch] && !inLoop(stack) {
				inside[ch]++
				calm = append(calm, n)
			}
		case *ast.UnaryExpr:
			if ch := p.object(n.X); n.Op == token.ARROW && ch != nil && inside[ch] > 0 && !inLoop(stack) {
				inside[ch]--
				calm = append(calm, n)
			}
		}
		return true
	})
	return calm
}

// capacity returns the constant room of a channel that x makes, 0 if it makes
// none.
func (p *program) capacity(x ast.Expr) int64 {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return 0
	}
	if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != "make" {
		return 0
	}
	tv := p.info.Types[call.Args[1]]
	if _, isChan := p.info.TypeOf(x).Underlying().(*types.Chan); !isChan || tv.Value == nil {
		return 0
	}
	size, _ := constant.Int64Val(tv.Value)
	return size
}

// object returns what an identifier stands for, nil for any other expression.
func (p *program) object(x ast.Expr) types.Object {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		return p.info.ObjectOf(id)
	}
	return nil
}

func inLoop(stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		case *ast.FuncLit:
			return false
		}
	}
	return false
}
