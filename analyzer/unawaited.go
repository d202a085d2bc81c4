package analyzer

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// Unawaited finds a Coro or Func that is made and dropped.
var Unawaited = &analysis.Analyzer{
	Name:     "asyncunawaited",
	Doc:      "find an async.Coro or async.Func that is made and dropped\n\nNothing of a coroutine runs until it is awaited or started: forgetting that is a line that does nothing.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      findUnawaited,
}

func findUnawaited(pass *analysis.Pass) (any, error) {
	report, send := reporter(pass)
	defer send()
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.Preorder([]ast.Node{(*ast.ExprStmt)(nil), (*ast.AssignStmt)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if isCoroValue(pass, n.X) {
				report(n.X.Pos(), "the coroutine is made and dropped: await it, or start it with Go")
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) && n.Tok == token.ASSIGN && isBlank(left) && isCoroValue(pass, n.Rhs[i]) {
					report(n.Rhs[i].Pos(), "the coroutine is made and dropped: await it, or start it with Go")
				}
			}
		}
	})
	return nil, nil
}

// isCoroValue reports whether an expression makes a Coro or a Func.
func isCoroValue(pass *analysis.Pass, x ast.Expr) bool {
	t := pass.TypesInfo.TypeOf(x)
	return t != nil && isCoro(t)
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}
