package analyzer

import (
	"go/ast"
	"go/types"
)

// literal adds a function literal, or makes it a part of the function around
// it.
func (p *program) literal(lit *ast.FuncLit, stack []ast.Node) {
	parent := stack[len(stack)-2]
	if call, ok := parent.(*ast.CallExpr); ok && call.Fun == lit {
		if _, ok := stack[len(stack)-3].(*ast.GoStmt); !ok {
			p.of[lit] = p.around(stack[:len(stack)-1])
			return
		}
		f := p.add(lit, lit.Type, lit.Body)
		f.elsewhere, f.goroutine = true, true
		return
	}
	f := p.add(lit, lit.Type, lit.Body)
	switch parent := parent.(type) {
	case *ast.CallExpr:
		p.argument(f, parent, lit)
	case *ast.AssignStmt:
		p.assigned(f, lit, parent)
	case *ast.ReturnStmt:
		f.coroutine = p.returnsCoro(parent, lit, stack)
	}
}

// assigned notes that a variable holds a literal, and no other one.
func (p *program) assigned(f *function, lit *ast.FuncLit, to *ast.AssignStmt) {
	for i, right := range to.Rhs {
		id, ok := to.Lhs[min(i, len(to.Lhs)-1)].(*ast.Ident)
		if right != lit || !ok {
			continue
		}
		v, _ := p.info.ObjectOf(id).(*types.Var)
		if _, again := p.vars[v]; again {
			f = nil
		}
		p.vars[v] = f
	}
}

// argument judges a function by what it is given to.
func (p *program) argument(f *function, call *ast.CallExpr, arg ast.Expr) {
	if tv := p.info.Types[call.Fun]; tv.IsType() {
		f.coroutine = f.coroutine || isCoro(tv.Type)
		return
	}
	_, literal := arg.(*ast.FuncLit)
	to := callee(p.info, call)
	switch sig, _ := p.info.TypeOf(arg).Underlying().(*types.Signature); {
	case sig == nil:
	case isAmong(to, offload):
		f.elsewhere = f.elsewhere || literal // another call may have it run in a task
	case isAmong(to, callbacks):
		f.coroutine, f.callback = true, true
	case isPublic(to):
		f.coroutine = f.coroutine || f.context != nil || takesContext(sig)
	case p.isCoroParameter(call, arg):
		f.coroutine = true
	}
}

// isCoroParameter reports whether an argument stands where a Coro or Func is
// wanted.
func (p *program) isCoroParameter(call *ast.CallExpr, arg ast.Node) bool {
	sig, ok := p.info.TypeOf(call.Fun).Underlying().(*types.Signature)
	if !ok {
		return false
	}
	for i, a := range call.Args {
		if a == arg && sig.Params().Len() > 0 {
			t := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
			if s, ok := t.(*types.Slice); ok && sig.Variadic() && i >= sig.Params().Len()-1 {
				t = s.Elem()
			}
			return isCoro(t)
		}
	}
	return false
}

// returnsCoro reports whether a literal is returned as a Coro or Func.
func (p *program) returnsCoro(ret *ast.ReturnStmt, lit *ast.FuncLit, stack []ast.Node) bool {
	for i := len(stack) - 3; i >= 0; i-- {
		var t types.Type
		switch n := stack[i].(type) {
		case *ast.FuncDecl:
			t = p.info.Defs[n.Name].Type()
		case *ast.FuncLit:
			t = p.info.TypeOf(n)
		default:
			continue
		}
		results := t.(*types.Signature).Results()
		for k, r := range ret.Results {
			if r == lit && k < results.Len() {
				return isCoro(results.At(k).Type())
			}
		}
		return false
	}
	return false
}
