package analyzer

import (
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// coroutines finds the functions of a package that run as, or within, tasks.
var coroutines = &analysis.Analyzer{
	Name:       "asynccoroutines",
	Doc:        "find the functions that run in tasks of package async",
	Requires:   []*analysis.Analyzer{inspect.Analyzer},
	Run:        findCoroutines,
	ResultType: reflect.TypeFor[*program](),
	FactTypes:  []analysis.Fact{new(isCoroutine), new(isBlocking)},
}

// isCoroutine is the fact that a function runs in tasks.
type isCoroutine struct {
	Awaits bool // it may suspend
}

// AFact marks a fact.
func (*isCoroutine) AFact() {}

func (*isCoroutine) String() string { return "coroutine" }

// isBlocking is the fact that a function, which is no coroutine, blocks its
// caller.
type isBlocking struct{ What string }

// AFact marks a fact.
func (*isBlocking) AFact() {}

func (b *isBlocking) String() string { return "blocks: " + b.What }

// A program is the functions of a package.
type program struct {
	info  *types.Info
	pass  *analysis.Pass
	funcs []*function
	of    map[ast.Node]*function // by declaration or literal
	named map[*types.Func]*function
	vars  map[*types.Var]*function // variables that hold one literal
	given []argument               // functions that calls were given by name
	gone  map[*ast.CallExpr]bool   // calls of go statements: they run on goroutines of their own
	set   map[types.Object]bool    // variables that are given another value than their first
}

// An argument is a function that is given to a call by its name, a method value
// or a variable.
type argument struct {
	call *ast.CallExpr
	expr ast.Expr
}

// A function is a declared function or a literal, with the literals that run as
// parts of it: those that are called or deferred where they stand.
type function struct {
	node      ast.Node // *ast.FuncDecl or *ast.FuncLit
	body      *ast.BlockStmt
	context   *types.Var // its own ctx; nil: it has none
	calls     []*ast.CallExpr
	coroutine bool
	elsewhere bool // it does not run on the loop: it was given to ToThread, or is a goroutine
	awaits    bool // it may suspend
	callback  bool // the loop calls it, without a task
	goroutine bool // a go statement starts it
}

func findCoroutines(pass *analysis.Pass) (any, error) {
	p := &program{info: pass.TypesInfo, pass: pass, of: map[ast.Node]*function{}, named: map[*types.Func]*function{},
		vars: map[*types.Var]*function{}, gone: map[*ast.CallExpr]bool{}, set: map[types.Object]bool{}}
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.WithStack([]ast.Node{(*ast.FuncDecl)(nil), (*ast.FuncLit)(nil), (*ast.GoStmt)(nil), (*ast.CallExpr)(nil)}, p.visit)
	for _, g := range p.given {
		if f := p.resolve(g.expr); f != nil {
			p.argument(f, g.call, g.expr)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range p.funcs {
			if !f.coroutine && !f.elsewhere && p.runsInTask(f) {
				f.coroutine, changed = true, true
			}
		}
	}
	p.findAwaits()
	in.WithStack([]ast.Node{(*ast.AssignStmt)(nil), (*ast.IncDecStmt)(nil), (*ast.UnaryExpr)(nil)}, p.notesSet)
	for obj, f := range p.named {
		if f.coroutine {
			pass.ExportObjectFact(obj, &isCoroutine{f.awaits})
		} else if what := p.blocksItself(f); what != "" && !isStandard(pass) {
			pass.ExportObjectFact(obj, &isBlocking{what})
		}
	}
	return p, nil
}

// isStandard reports whether a package is of the standard library: what of that
// blocks is listed, and much of the rest works on memory as well.
func isStandard(pass *analysis.Pass) bool {
	if len(pass.Files) == 0 {
		return false
	}
	name := pass.Fset.File(pass.Files[0].Pos()).Name()
	return strings.HasPrefix(name, filepath.Join(build.Default.GOROOT, "src")+string(filepath.Separator))
}

// notesSet notes the variables that n sets, or lets be set by taking their
// addresses. The i++ of a for statement sets that of the next iteration, which
// is another one.
func (p *program) notesSet(n ast.Node, push bool, stack []ast.Node) bool {
	var all []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			all = n.Lhs
		}
	case *ast.IncDecStmt:
		if loop, ok := stack[len(stack)-2].(*ast.ForStmt); !ok || loop.Post != n {
			all = []ast.Expr{n.X}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			all = []ast.Expr{n.X}
		}
	}
	for _, x := range all {
		if obj := p.object(x); obj != nil {
			p.set[obj] = true
		}
	}
	return true
}

// resolve returns the function that an expression names: a declared one, a
// method, or a literal in a variable.
func (p *program) resolve(x ast.Expr) *function {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		switch obj := p.info.Uses[x].(type) {
		case *types.Func:
			return p.named[obj.Origin()]
		case *types.Var:
			return p.vars[obj]
		}
	case *ast.SelectorExpr:
		if obj, ok := p.info.Uses[x.Sel].(*types.Func); ok {
			return p.named[obj.Origin()]
		}
	}
	return nil
}

func (p *program) visit(n ast.Node, push bool, stack []ast.Node) bool {
	if !push {
		return true
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Body != nil {
			f := p.add(n, n.Type, n.Body)
			if obj, ok := p.info.Defs[n.Name].(*types.Func); ok {
				p.named[obj] = f
				f.elsewhere = isAmong(obj, outside)
			}
		}
	case *ast.FuncLit:
		p.literal(n, stack)
	case *ast.GoStmt:
		p.gone[n.Call] = true
	case *ast.CallExpr:
		if f := p.around(stack[:len(stack)-1]); f != nil && !p.gone[n] {
			f.calls = append(f.calls, n)
		}
		for _, a := range n.Args {
			p.given = append(p.given, argument{n, a})
		}
	}
	return true
}

func (p *program) add(n ast.Node, t *ast.FuncType, body *ast.BlockStmt) *function {
	f := &function{node: n, body: body, context: p.ownContext(t)}
	p.funcs = append(p.funcs, f)
	p.of[n] = f
	return f
}

// around returns the innermost function of a stack.
func (p *program) around(stack []ast.Node) *function {
	for i := len(stack) - 1; i >= 0; i-- {
		if f := p.of[stack[i]]; f != nil {
			return f
		}
	}
	return nil
}

// ownContext returns the first parameter of a function if it is a context with
// a name.
func (p *program) ownContext(t *ast.FuncType) *types.Var {
	if len(t.Params.List) == 0 || len(t.Params.List[0].Names) == 0 {
		return nil
	}
	v, _ := p.info.Defs[t.Params.List[0].Names[0]].(*types.Var)
	if v == nil || !isContext(v.Type()) {
		return nil
	}
	return v
}
