package policy

import (
	"go/ast"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Why a name stands in no example.
const (
	bridge     = "for packages that bring what happens outside into a loop: streams and files use it"
	constraint = "a constraint, or an argument's type, that its users satisfy and do not name"
)

// notShown are the names that no example has, and why.
var notShown = map[string]string{
	"Callback.Arrive":   bridge,
	"Callback.Enqueue":  bridge,
	"Callback.TakeTurn": bridge,
	"Clock.Virtual":     bridge,
	"Loop.Expect":       bridge,
	"Loop.NewCallback":  bridge,
	"Loop.NewNotifier":  bridge,
	"Loop.Poller":       bridge,
	"Loop.Report":       bridge,
	"Loop.Virtual":      bridge,
	"Loop.Weigh":        bridge,
	"Loop.Local":        bridge,
	"Notifier":          bridge,
	"Notifier.Arrive":   bridge,
	"Notifier.Enqueue":  bridge,
	"Notifier.TakeTurn": bridge,
	"Poller":            bridge,

	"Completable":         constraint,
	"Waitable":            constraint,
	"primitives.Acquirer": constraint,
	"primitives.Case":     constraint,

	"GroupError.Unwrap": "errors.Is and errors.As call it",
	"HangError":         "told by debug mode, in real time, of tasks that do not end",
}

// TestEachNameStandsInAnExample holds that each exported name of the packages
// that everybody imports stands in a file of examples, which go test runs.
// Methods are looked for by their names alone, whatever their types.
func TestEachNameStandsInAnExample(t *testing.T) {
	shown, exceptions := namesInExamples(t), maps.Clone(notShown)
	for _, dir := range []string{".", "primitives"} {
		eachDecl(t, dir, func(_ sourceFile, decl ast.Decl) {
			for _, name := range exportedBy(decl) {
				full := name
				if dir != "." {
					full = dir + "." + name
				}
				_, excepted := notShown[full]
				is := shown[name[strings.LastIndexByte(name, '.')+1:]]
				delete(exceptions, full)
				if !is && !excepted {
					t.Errorf("%s stands in no example", full)
				}
				if is && excepted {
					t.Errorf("%s stands in an example, and needs no exception", full)
				}
			}
		})
	}
	require.Empty(t, exceptions, "these names are not there")
}

// namesInExamples are all selectors and keys in files that have examples, and
// what the examples are named after.
func namesInExamples(t *testing.T) map[string]bool {
	names := map[string]bool{}
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			if f.test && hasExample(f.File) {
				ast.Inspect(f.File, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.FuncDecl:
						if of, ok := strings.CutPrefix(n.Name.Name, "Example"); ok {
							of, _, _ = strings.Cut(of, "_")
							names[of] = true
						}
					case *ast.SelectorExpr:
						names[n.Sel.Name] = true
					case *ast.KeyValueExpr:
						if key, ok := n.Key.(*ast.Ident); ok {
							names[key.Name] = true
						}
					}
					return true
				})
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// exportedBy are the exported names that decl declares; methods and fields
// after their types.
func exportedBy(decl ast.Decl) (names []string) {
	add := func(name, of string) {
		if ast.IsExported(name) && (of == "" || ast.IsExported(of)) {
			names = append(names, strings.TrimPrefix(of+"."+name, "."))
		}
	}
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		of := ""
		if decl.Recv != nil {
			of = receiver(decl)
		}
		add(decl.Name.Name, of)
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					add(id.Name, "")
				}
			case *ast.TypeSpec:
				add(spec.Name.Name, "")
				for _, field := range members(spec.Type) {
					for _, id := range field.Names {
						add(id.Name, spec.Name.Name)
					}
				}
			}
		}
	}
	return names
}
