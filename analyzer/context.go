package analyzer

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// Context finds contexts that are not the task's, are used where no task runs,
// or are canceled already.
var Context = &analysis.Analyzer{
	Name: "asynccontext",
	Doc: "find awaits under the wrong context\n\n" +
		"An await needs the ctx of the task that runs: context.Background belongs to none, and a goroutine or a callback is no task. " +
		"A cleanup under a ctx that is canceled does not wait: async.Uncancel gives it one that is not.",
	Requires: []*analysis.Analyzer{coroutines},
	Run:      findContexts,
}

func findContexts(pass *analysis.Pass) (any, error) {
	report, send := reporter(pass)
	defer send()
	p := pass.ResultOf[coroutines].(*program)
	for _, f := range p.funcs {
		if !inTests && isTest(pass, f.node) {
			continue
		}
		for _, call := range f.calls {
			switch {
			case f.goroutine:
				p.inGoroutine(f, call, report)
			case f.callback:
				p.inCallback(f, call, report)
			}
			p.inBackground(f, call, report)
		}
		if f.coroutine && !f.elsewhere {
			p.inCleanup(f, report)
		}
	}
	for call := range p.gone {
		if !inTests && isTest(pass, call) {
			continue
		}
		if p.isCoroutine(call, callee(p.info, call)) && p.isTaskContext(call) {
			report(call.Pos(), "a goroutine is no task, and may not use the ctx of one: start it with async.Go, or have it call in through a Portal")
		}
	}
	return nil, nil
}

// inGoroutine reports a call in a goroutine with the ctx of the task around it.
func (p *program) inGoroutine(f *function, call *ast.CallExpr, report reportFunc) {
	if p.ofTasks(call) && p.isTaskContext(call) && !p.passesOwn(f, call) {
		report(call.Pos(), "a goroutine is no task, and may not use the ctx of one: start it with async.Go, or have it call in through a Portal")
	}
}

// inCallback reports an await in what the loop calls back.
func (p *program) inCallback(f *function, call *ast.CallExpr, report reportFunc) {
	if p.suspends(call) && !p.passesOwn(f, call) {
		report(call.Pos(), "a callback is no task and cannot await: start a task there")
	}
}

// isTaskContext reports whether a call passes on a variable that is a context
// of a coroutine.
func (p *program) isTaskContext(call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	v, _ := p.object(call.Args[0]).(*types.Var)
	for _, f := range p.funcs {
		if v != nil && f.context == v && f.coroutine {
			return true
		}
	}
	return false
}

// inBackground reports an await under context.Background or TODO.
func (p *program) inBackground(f *function, call *ast.CallExpr, report reportFunc) {
	if len(call.Args) == 0 || !p.ofTasks(call) {
		return
	}
	made, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
	if !ok {
		return
	}
	to := callee(p.info, made)
	if to == nil || to.Pkg() == nil || to.Pkg().Path() != "context" || to.Name() != "Background" && to.Name() != "TODO" {
		return
	}
	found := report(made.Pos(), "context.%s belongs to no task: pass on the ctx of the function", to.Name())
	if f.context != nil && f.context.Name() != "_" {
		found.fix(&edit{"Pass on the function's own ctx", made.Pos(), made.End(), f.context.Name()})
	}
}

// inCleanup reports deferred awaits under the function's own ctx, which is
// canceled when they matter most.
func (p *program) inCleanup(f *function, report reportFunc) {
	for _, d := range deferredCalls(f.body) {
		ast.Inspect(d, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 || !p.suspends(call) || f.context == nil || p.object(call.Args[0]) != f.context {
				return true
			}
			arg := call.Args[0]
			report(call.Pos(), "a deferred await does not wait if the task was canceled: give it async.Uncancel(%s)", f.context.Name()).
				fix(&edit{"Clean up under a ctx that is not canceled", arg.Pos(), arg.End(), "async.Uncancel(" + f.context.Name() + ")"})
			return true
		})
	}
}

// Values finds values that an await changes, or that are not what they seem.
var Values = &analysis.Analyzer{
	Name: "asyncvalues",
	Doc: "find values that an await makes wrong\n\n" +
		"Go may read the x of x += f(ctx), and of return x, f(ctx), before or after the call: where f awaits, other tasks change x meanwhile. " +
		"A loop that drops the error of its await does not end when it is canceled. Sleep(ctx, 1) is a nanosecond.",
	Requires: []*analysis.Analyzer{coroutines},
	Run:      findValues,
}

func findValues(pass *analysis.Pass) (any, error) {
	report, send := reporter(pass)
	defer send()
	p := pass.ResultOf[coroutines].(*program)
	for _, f := range p.funcs {
		if !f.coroutine || f.elsewhere {
			continue
		}
		p.operands(f, report)
		if inTests || !isTest(pass, f.node) {
			p.dropped(f, report)
		}
		for _, call := range f.calls {
			p.nanoseconds(call, report)
		}
	}
	return nil, nil
}

// operands reports shared values that stand beside an await in one expression.
func (p *program) operands(f *function, report reportFunc) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return p.of[n] == f
		case *ast.AssignStmt:
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE && p.isShared(f, n.Lhs[0]) && p.awaits(n.Rhs[0]) {
				report(n.Pos(), "%s may be read before the await and written after it: await first, then change it", types.ExprString(n.Lhs[0]))
			}
		case *ast.ReturnStmt:
			for i, x := range n.Results {
				if p.isShared(f, x) && (p.awaitsAny(n.Results[:i]) || p.awaitsAny(n.Results[i+1:])) {
					report(x.Pos(), "%s may be read before or after the await that stands beside it: await first, in a statement of its own", types.ExprString(x))
				}
			}
		}
		return true
	})
}

func (p *program) awaitsAny(all []ast.Expr) bool {
	for _, x := range all {
		if p.awaits(x) {
			return true
		}
	}
	return false
}

// awaits reports whether an expression has a call that may suspend.
func (p *program) awaits(x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && p.suspends(call) {
			found = true
		}
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
	return found
}

// isShared reports whether an expression is a variable that other tasks may
// change: one of the package, of the function around f, or a field.
func (p *program) isShared(f *function, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		v, ok := p.info.Uses[x.Sel].(*types.Var)
		return ok && (!v.IsField() || p.isReached(x.X))
	case *ast.IndexExpr:
		return p.isShared(f, x.X)
	case *ast.StarExpr:
		return true
	case *ast.Ident:
		v, ok := p.info.Uses[x].(*types.Var)
		own := v != nil && f.node.Pos() <= v.Pos() && v.Pos() < f.node.End()
		return ok && !v.IsField() && !own && (p.set[v] || v.Exported())
	}
	return false
}

// isReached reports whether x is reached through a pointer.
func (p *program) isReached(x ast.Expr) bool {
	t := p.info.TypeOf(x)
	if t == nil {
		return false
	}
	_, pointer := t.Underlying().(*types.Pointer)
	return pointer
}

// dropped reports awaits in a loop whose error is dropped, where nothing else
// in the loop looks at the ctx.
func (p *program) dropped(f *function, report reportFunc) {
	ast.Inspect(f.body, func(n ast.Node) bool {
		loop, ok := n.(*ast.ForStmt)
		if !ok || loop.Cond != nil || p.leaves(f, loop) {
			_, lit := n.(*ast.FuncLit)
			return !lit || p.of[n] == f
		}
		for _, s := range loop.Body.List {
			var call *ast.CallExpr
			switch s := s.(type) {
			case *ast.ExprStmt:
				call, _ = s.X.(*ast.CallExpr)
			case *ast.AssignStmt:
				if len(s.Lhs) == 1 && isBlank(s.Lhs[0]) {
					call, _ = s.Rhs[0].(*ast.CallExpr)
				}
			}
			if call == nil || !p.suspends(call) {
				continue
			}
			found := report(call.Pos(), "the error of an await is dropped in a loop, which a cancellation then does not end: return it")
			if p.returnsError(f) {
				found.fix(&edit{"Return the error", s.Pos(), s.End(), "if err := " + types.ExprString(call) + "; err != nil {\n\treturn err\n}"})
			}
		}
		return true
	})
}

// leaves reports whether a loop has a way out.
func (p *program) leaves(f *function, loop *ast.ForStmt) (found bool) {
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			found = true
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK || n.Tok == token.GOTO
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

// nanoseconds reports a duration that is a bare number.
func (p *program) nanoseconds(call *ast.CallExpr, report reportFunc) {
	if !isPublic(callee(p.info, call)) {
		return
	}
	for _, arg := range call.Args {
		lit, ok := ast.Unparen(arg).(*ast.BasicLit)
		if !ok || lit.Kind != token.INT || !isType(p.info.TypeOf(arg), "time", "Duration") {
			continue
		}
		if n, exact := constant.Int64Val(p.info.Types[arg].Value); exact && n > 0 {
			report(arg.Pos(), "%s is so many nanoseconds: write %s*time.Second, or the unit that is meant", lit.Value, lit.Value).
				fix(&edit{"Make it seconds", arg.Pos(), arg.End(), lit.Value + "*time.Second"})
		}
	}
}
