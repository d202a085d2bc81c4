package analyzer

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// module is the path of the package that the checks are about.
const module = "github.com/gobaton/async"

// packages are the public packages of the module, by what follows its path.
var packages = []string{
	"", "/primitives", "/streams", "/protocol", "/deferred", "/subprocess", "/files", "/asynchttp", "/procpool", "/asynctest", "/monitor",
}

// Functions of package async are named as Name or Type.Name.
var (
	// outside take a ctx and are for code that is no task, or need not be
	// one.
	outside = []string{
		"Run", "RunValue", "RunValueIn", "Runner.Run", "Runner.Start", "Pending.Wait", "Call", "CallValue",
		"Executor.Execute", "ThreadPool.Execute", "Executor.Shutdown", "ThreadPool.Shutdown",
	}

	// prompt take a ctx and never suspend.
	prompt = []string{
		"Go", "GoValue", "GoEager", "GoEagerValue", "NewFuture", "CurrentTask", "AllTasks", "RunningLoop", "Uncancel", "Dump", "RunInExecutor",
		"WithTimeout", "WithDeadline", "WithCancel", "WithCancelCause",
	}

	// offload run their function elsewhere, where it may block.
	offload = []string{"ToThread", "ToThreadValue", "RunInExecutor"}

	// callbacks run their function on the loop, without a ctx.
	callbacks = []string{
		"Loop.CallSoon", "Loop.CallLater", "Loop.CallAt", "Loop.AddSignalHandler", "Portal.CallSoonThreadsafe", "Task.OnDone", "Future.OnDone", "AnyTask.OnDone",
	}
)

// callee returns the function that a call calls by name, nil if it is not
// known.
func callee(info *types.Info, call *ast.CallExpr) *types.Func {
	f, _ := typeutil.Callee(info, call).(*types.Func)
	return f
}

// isPublic reports whether f is an exported function of a public package of the
// module.
func isPublic(f *types.Func) bool {
	if f == nil || f.Pkg() == nil || !f.Exported() {
		return false
	}
	rest, ok := strings.CutPrefix(f.Pkg().Path(), module)
	return ok && slices.Contains(packages, rest)
}

// isAmong reports whether f is one of the functions of package async with these
// names.
func isAmong(f *types.Func, names []string) bool {
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == module && slices.Contains(names, qualified(f))
}

// qualified returns the name of f, Type.Name for a method.
func qualified(f *types.Func) string {
	if recv := f.Signature().Recv(); recv != nil {
		if named := namedType(recv.Type()); named != nil {
			return named.Obj().Name() + "." + f.Name()
		}
	}
	return f.Name()
}

// namedType returns the named type that t is, or points to; nil if there is
// none.
func namedType(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// isType reports whether t is, or points to, the type of a name in a package.
func isType(t types.Type, pkg, name string) bool {
	named := namedType(t)
	return named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == pkg && named.Obj().Name() == name
}

// isCoro reports whether t is async.Coro or async.Func.
func isCoro(t types.Type) bool {
	return isType(t, module, "Coro") || isType(t, module, "Func")
}

func isContext(t types.Type) bool { return isType(t, "context", "Context") }

// takesContext reports whether the first parameter of a signature is a context.
func takesContext(s *types.Signature) bool {
	return s.Params().Len() > 0 && isContext(s.Params().At(0).Type())
}
