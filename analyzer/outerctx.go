package analyzer

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// OuterContext finds functions that have a ctx of their own and pass on that of
// the function around them.
var OuterContext = &analysis.Analyzer{
	Name: "asyncouterctx",
	Doc: "find a function that has its own ctx and passes on the one around it\n\n" +
		"A ctx belongs to the task, or the timeout, whose function was given it: used in another, it panics, or escapes the timeout.",
	Requires: []*analysis.Analyzer{coroutines},
	Run:      findOuterContext,
}

func findOuterContext(pass *analysis.Pass) (any, error) {
	report, send := reporter(pass)
	defer send()
	p := pass.ResultOf[coroutines].(*program)
	for _, f := range p.funcs {
		lit, ok := f.node.(*ast.FuncLit)
		if !ok || !inTests && isTest(pass, lit) || !f.coroutine && !f.elsewhere || !takesContext(p.info.TypeOf(lit).(*types.Signature)) {
			continue
		}
		for _, call := range f.calls {
			if v := p.outerContext(lit, call); v != nil {
				report(call.Args[0].Pos(), "the function has its own ctx and passes on the outer %s: use its own", v.Name())
			}
		}
	}
	return nil, nil
}

// outerContext returns the context from outside of lit that a call passes on,
// nil if it does not.
func (p *program) outerContext(lit *ast.FuncLit, call *ast.CallExpr) *types.Var {
	if len(call.Args) == 0 || isStandardContext(callee(p.info, call)) {
		return nil
	}
	id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := p.info.Uses[id].(*types.Var)
	if !ok || !isContext(v.Type()) || v.IsField() || v.Parent() == v.Pkg().Scope() || lit.Pos() <= v.Pos() && v.Pos() < lit.End() {
		return nil
	}
	return v
}

// isStandardContext reports whether f only looks at a context.
func isStandardContext(f *types.Func) bool {
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == "context" && (f.Name() == "Cause" || f.Name() == "AfterFunc")
}
