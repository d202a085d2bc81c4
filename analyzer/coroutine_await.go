package analyzer

import (
	"go/ast"
	"go/types"
	"slices"
)

// runsInTask reports whether f passes its ctx on to something that only a task
// can call.
func (p *program) runsInTask(f *function) bool {
	if f.context == nil {
		return false
	}
	for _, call := range f.calls {
		if p.ofTasks(call) && p.passesOwn(f, call) {
			return true
		}
	}
	return false
}

// ofTasks reports whether a call is one that only tasks make.
func (p *program) ofTasks(call *ast.CallExpr) bool {
	to := callee(p.info, call)
	if isPublic(to) && !isAmong(to, outside) {
		return takesContext(to.Signature())
	}
	return p.isCoroutine(call, to)
}

// isCoroutine reports whether a call calls a coroutine.
func (p *program) isCoroutine(call *ast.CallExpr, to *types.Func) bool {
	if to == nil {
		t := p.info.TypeOf(call.Fun)
		return t != nil && isCoro(t)
	}
	if f := p.named[to.Origin()]; f != nil {
		return f.coroutine
	}
	return to.Pkg() != p.pass.Pkg && p.pass.ImportObjectFact(to.Origin(), new(isCoroutine))
}

// findAwaits finds the coroutines that may suspend: those that call what may.
func (p *program) findAwaits() {
	for changed := true; changed; {
		changed = false
		for _, f := range p.funcs {
			if !f.awaits && slices.ContainsFunc(f.calls, p.suspends) {
				f.awaits, changed = true, true
			}
		}
	}
}

// suspends reports whether a call may suspend the task.
func (p *program) suspends(call *ast.CallExpr) bool {
	to := callee(p.info, call)
	if isAmong(to, prompt) || isAmong(to, outside) || !p.ofTasks(call) {
		return false
	}
	if to == nil || isPublic(to) {
		return true
	}
	if f := p.named[to.Origin()]; f != nil {
		return f.awaits
	}
	var fact isCoroutine
	return !p.pass.ImportObjectFact(to.Origin(), &fact) || fact.Awaits
}

// passesOwn reports whether the ctx of a call is that of f, or one made in f.
func (p *program) passesOwn(f *function, call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := p.info.Uses[id].(*types.Var)
	return ok && (v == f.context || f.node.Pos() <= v.Pos() && v.Pos() < f.node.End())
}
