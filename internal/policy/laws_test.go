package policy

import (
	"go/ast"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEachLawNamesTestsThatAreThere holds the tables of CONTRIBUTING.md, which
// name the tests that attack each law and promise, against the tests.
func TestEachLawNamesTestsThatAreThere(t *testing.T) {
	text, err := os.ReadFile("CONTRIBUTING.md")
	require.NoError(t, err)
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(text, -1)
	require.NotEmpty(t, named)
	there := map[string]bool{}
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			for _, decl := range f.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && f.test {
					there[fn.Name.Name] = true
				}
			}
		}
	}
	for _, m := range named {
		if !there[string(m[1])] {
			t.Errorf("CONTRIBUTING.md names %s, which is not there", m[1])
		}
	}
}

// TestTheBatonIsGivenAwayInOnePlace holds that suspend is the one function in
// which a task gives up the baton. The other switches of coroutines are those
// of the loop itself: a coroutine between two tasks, one that a Goexit ended,
// and debug mode's look at a stack.
func TestTheBatonIsGivenAwayInOnePlace(t *testing.T) {
	allowed := map[string]bool{"suspend": true, "run": true, "parkExited": true, "Stack": true, "passProbe": true}
	seen := map[string]bool{}
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			for _, decl := range f.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || f.test || p.dir != "internal/sched" {
					continue
				}
				ast.Inspect(fn, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok || !callsYield(call) {
						return true
					}
					seen[fn.Name.Name] = true
					if !allowed[fn.Name.Name] {
						t.Errorf("%s: %s switches away from a coroutine: only suspend gives the baton away", fset.Position(call.Pos()), fn.Name.Name)
					}
					return true
				})
			}
		}
	}
	require.Equal(t, allowed, seen)
}

// callsYield reports whether a call switches away from a coroutine: yield is a
// field of one, and the parameter of its function.
func callsYield(call *ast.CallExpr) bool {
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name == "yield"
	case *ast.Ident:
		return fun.Name == "yield" && len(call.Args) == 1 && isEmptyStruct(call.Args[0])
	}
	return false
}

// isEmptyStruct reports whether an expression is struct{}{}.
func isEmptyStruct(e ast.Expr) bool {
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	_, ok = lit.Type.(*ast.StructType)
	return ok
}
