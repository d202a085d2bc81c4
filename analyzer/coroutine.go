package analyzer

import (
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
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

// isBlocking is the fact that a function, which is no coroutine, blocks whoever
// calls it.
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
