package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mutexes reports the awaits of f between the Lock and the Unlock of a
// sync.Mutex, as the source reads from top to bottom: another task that locks
// it blocks the loop, and the holder never comes to unlock it.
func (p *program) mutexes(f *function, report reportFunc) {
	deferred := deferredCalls(f.body)
	for _, lock := range f.calls {
		mutex, ok := p.mutexOf(lock, "Lock", "RLock")
		if !ok {
			continue
		}
		end, open := p.unlocks(f, lock, mutex, deferred)
		for _, c := range f.calls {
			if lock.Pos() < c.Pos() && c.Pos() < end && p.suspends(c) && !within(open, c) {
				report(c.Pos(), "%s is locked during this await: a task that wants it then blocks the loop for ever; use primitives.Lock, or none, for between awaits no other task runs", mutex)
				break
			}
		}
	}
}

func deferredCalls(body ast.Node) (deferred []*ast.CallExpr) {
	ast.Inspect(body, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			deferred = append(deferred, d.Call)
		}
		return true
	})
	return deferred
}

// A stretch is a part of the source.
type stretch struct{ from, to token.Pos }

func within(all []stretch, n ast.Node) bool {
	return slices.ContainsFunc(all, func(s stretch) bool { return s.from < n.Pos() && n.Pos() < s.to })
}

// unlocks returns where the mutex that lock locks is unlocked, as the source
// reads, and the stretches before that in which it is unlocked: those from an
// Unlock to the end of a block that leaves.
func (p *program) unlocks(f *function, lock *ast.CallExpr, mutex string, deferred []*ast.CallExpr) (end token.Pos, open []stretch) {
	end = f.body.End()
	for _, lit := range enclosing[*ast.FuncLit](f.body, lock) {
		end = lit.End() // its deferred calls run there
	}
	for _, c := range f.calls {
		m, ok := p.mutexOf(c, "Unlock", "RUnlock")
		if !ok || m != mutex || c.Pos() < lock.Pos() || c.Pos() > end || slices.Contains(deferred, c) {
			continue
		}
		if block := leaving(f.body, c, lock); block != nil {
			open = append(open, stretch{c.Pos(), block.End()})
			continue
		}
		end = c.Pos()
	}
	return end, open
}

// leaving returns the innermost block around call, and not around lock, that
// ends by leaving; nil if it goes on behind it.
func leaving(body ast.Node, call, lock *ast.CallExpr) *ast.BlockStmt {
	blocks := enclosing[*ast.BlockStmt](body, call)
	if len(blocks) == 0 {
		return nil
	}
	b := blocks[len(blocks)-1]
	if b.Pos() < lock.Pos() && lock.Pos() < b.End() || len(b.List) == 0 {
		return nil
	}
	switch last := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return b
	case *ast.ExprStmt:
		if c, ok := last.X.(*ast.CallExpr); ok {
			if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "panic" {
				return b
			}
		}
	}
	return nil
}

// enclosing returns the nodes of a kind within body that lie around n,
// outermost first.
func enclosing[N ast.Node](body, n ast.Node) (all []N) {
	ast.Inspect(body, func(x ast.Node) bool {
		if x == nil || x.Pos() > n.Pos() || x.End() < n.End() {
			return false
		}
		if k, ok := x.(N); ok && x != body {
			all = append(all, k)
		}
		return true
	})
	return all
}

// mutexOf returns the mutex of sync whose method of one of these names is
// called, as it is written in the source.
func (p *program) mutexOf(call *ast.CallExpr, names ...string) (string, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(names, sel.Sel.Name) {
		return "", false
	}
	f := callee(p.info, call)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "sync" || !strings.Contains(qualified(f), "Mutex.") {
		return "", false
	}
	return types.ExprString(sel.X), true
}
