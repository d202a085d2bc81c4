package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mutexes reports the awaits of f between the Lock and the Unlock of a sync.Mutex, as the source reads from top to
// bottom: another task that locks it blocks the loop, and the holder never comes to unlock it.
func (p *program) mutexes(f *function, report func(token.Pos, string, ...any)) {
	var deferred []*ast.CallExpr
	ast.Inspect(f.body, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			deferred = append(deferred, d.Call)
		}
		return true
	})
	for _, lock := range f.calls {
		mutex, ok := p.mutexOf(lock, "Lock", "RLock")
		if !ok {
			continue
		}
		end := f.body.End()
		for _, c := range f.calls {
			if m, ok := p.mutexOf(c, "Unlock", "RUnlock"); ok && m == mutex && c.Pos() > lock.Pos() && c.Pos() < end && !slices.Contains(deferred, c) {
				end = c.Pos()
			}
		}
		for _, c := range f.calls {
			if lock.Pos() < c.Pos() && c.Pos() < end && p.suspends(c) {
				report(c.Pos(), "%s is locked during this await: a task that wants it then blocks the loop for ever; use primitives.Lock, or none, for between awaits no other task runs", mutex)
				break
			}
		}
	}
}

// mutexOf is the mutex of sync whose method of one of these names is called, as it is written in the source.
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
