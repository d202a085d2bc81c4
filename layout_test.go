package async_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/gobaton/async"

// layout says which packages of this module a package may import; "." is the root package, async. A folder that is not listed follows the
// rule of the nearest listed one around it, and packages under one rule may import each other.
//
// The table is the architecture. Do not relax it to fix a build.
var layout = map[string][]string{
	"internal/clock": nil,
	"internal/sched": {"internal/clock"},
	"internal/waitq": {"internal/clock", "internal/sched"},

	// Siblings: neither imports the other.
	".":          {"internal/clock", "internal/sched", "internal/waitq"},
	"primitives": {"internal/clock", "internal/sched", "internal/waitq"},

	// Tools see the core and import no async, so that any test may use them.
	"asynctest": {"internal/clock", "internal/sched"},
	"monitor":   {"internal/clock", "internal/sched"},

	// Functions with names, for whatever carries calls elsewhere. It knows neither tasks nor processes.
	"remote": nil,

	// The outside world is built on the public API only.
	"streams":    {".", "primitives"},
	"protocol":   {".", "primitives"},
	"deferred":   {".", "primitives"},
	"files":      {".", "primitives"},
	"procpool":   {".", "primitives", "remote"},
	"subprocess": {".", "primitives", "streams"},
	"asynchttp":  {".", "primitives", "streams"},

	// What CPython says: its traces, and its own tests.
	"internal/conformance": {".", "primitives", "asynctest"},
	"internal/cpython":     {".", "primitives", "asynctest"},
	"examples":             public,
}

// public is what anybody outside may import, and every test of ours.
var public = []string{".", "primitives", "asynctest", "monitor", "streams", "protocol", "deferred", "files", "remote", "procpool", "subprocess", "asynchttp"}

// Packages from elsewhere, by the beginning of their path: the first list everywhere, the second in tests only.
var (
	dependencies     = []string{"golang.org/x/sync"}
	testDependencies = []string{"go.uber.org/goleak", "github.com/stretchr/testify"}
)

func TestPackagesImportOnlyWhatTheLayoutAllows(t *testing.T) {
	for _, p := range modulePackages(t) {
		rule := ruleOf(p.dir)
		if rule == "" {
			t.Errorf("%s stands nowhere in the layout: give it its place in the table", p.dir)
			continue
		}
		for _, f := range p.files {
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if !mayImport(rule, imported, f.test) {
					t.Errorf("%s: %s may not import %s", f.name, p.dir, imported)
				}
			}
		}
	}
}

// core are the folders in which nothing but the loop's clock tells the time, and nothing is left to chance.
var core = []string{".", "primitives", "internal/sched", "internal/waitq"}

// timekeepers are the files of the core that may read another clock, each because it cannot decide an order.
var timekeepers = []string{
	"worker.go",                        // ends goroutines that have been idle
	"internal/sched/debug_watchdog.go", // watches a step that blocks, from a goroutine of its own, and only reports
}

func TestTheCoreReadsNoClockAndRollsNoDice(t *testing.T) {
	forbidden := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			if !slices.Contains(core, p.dir) || f.test || slices.Contains(timekeepers, f.name) {
				continue
			}
			for _, spec := range f.Imports {
				if imported, _ := strconv.Unquote(spec.Path.Value); strings.Contains(imported, "/rand") {
					t.Errorf("%s imports %s", f.name, imported)
				}
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && typeName(sel.X) == "time" && slices.Contains(forbidden, sel.Sel.Name) {
					t.Errorf("%s: time.%s in the core", fset.Position(sel.Pos()), sel.Sel.Name)
				}
				return true
			})
		}
	}
}

func TestEveryExportedNameHasADocComment(t *testing.T) {
	for _, p := range modulePackages(t) {
		hasPackageDoc, name := false, ""
		for _, f := range p.files {
			if f.test {
				continue
			}
			name = f.Name.Name
			hasPackageDoc = hasPackageDoc || f.Doc != nil
			if name == "main" {
				continue
			}
			for _, undocumented := range undocumentedNames(f.File) {
				t.Errorf("%s: %s has no doc comment", fset.Position(undocumented.Pos()), undocumented.Name)
			}
		}
		if name != "" && !hasPackageDoc {
			t.Errorf("package %s in %s has no package comment", name, p.dir)
		}
	}
}

// ruleOf returns the folder of layout whose rule dir follows, or "".
func ruleOf(dir string) string {
	for {
		if _, ok := layout[dir]; ok || dir == "." {
			return dir
		}
		if dir = path.Dir(dir); dir == "." {
			return "" // the root's rule is for the root alone
		}
	}
}

func mayImport(rule, imported string, test bool) bool {
	if dir, ok := moduleDir(imported); ok {
		to := ruleOf(dir)
		return to != "" && (to == rule || slices.Contains(layout[rule], to) || test && slices.Contains(public, to))
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	within := func(prefix string) bool { return imported == prefix || strings.HasPrefix(imported, prefix+"/") }
	return slices.ContainsFunc(dependencies, within) || test && slices.ContainsFunc(testDependencies, within)
}

// moduleDir returns the folder in which this module keeps the package at an import path.
func moduleDir(imported string) (dir string, ok bool) {
	if imported == modulePath {
		return ".", true
	}
	return strings.CutPrefix(imported, modulePath+"/")
}

// undocumentedNames returns the exported names of f that have neither a comment of their own nor one of their group.
func undocumentedNames(f *ast.File) []*ast.Ident {
	var found []*ast.Ident
	check := func(names []*ast.Ident, comments ...*ast.CommentGroup) {
		if slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool { return c != nil }) {
			return
		}
		for _, name := range names {
			if name.IsExported() {
				found = append(found, name)
			}
		}
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil || ast.IsExported(receiver(decl)) {
				check([]*ast.Ident{decl.Name}, decl.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					check(spec.Names, decl.Doc, spec.Doc, spec.Comment)
				case *ast.TypeSpec:
					check([]*ast.Ident{spec.Name}, decl.Doc, spec.Doc, spec.Comment)
					if spec.Name.IsExported() {
						for _, member := range members(spec.Type) {
							check(member.Names, member.Doc, member.Comment)
						}
					}
				}
			}
		}
	}
	return found
}

// members returns the fields of a struct or the methods of an interface, embedded ones without a name.
func members(typ ast.Expr) []*ast.Field {
	switch typ := typ.(type) {
	case *ast.StructType:
		return typ.Fields.List
	case *ast.InterfaceType:
		return typ.Methods.List
	}
	return nil
}

// receiver returns the name of the type whose method decl is.
func receiver(decl *ast.FuncDecl) string {
	return typeName(decl.Recv.List[0].Type)
}

// typeName returns the name of a type in this package, without pointer and type arguments; "" for any other type.
func typeName(typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.Ident:
		return typ.Name
	case *ast.StarExpr:
		return typeName(typ.X)
	case *ast.ParenExpr:
		return typeName(typ.X)
	case *ast.IndexExpr:
		return typeName(typ.X)
	case *ast.IndexListExpr:
		return typeName(typ.X)
	}
	return ""
}

// sourcePackage is a folder of this module with its Go files.
type sourcePackage struct {
	dir   string // from the root, with slashes
	files []sourceFile
}

type sourceFile struct {
	*ast.File
	name string
	test bool
}

var fset = token.NewFileSet()

var parseModule = sync.OnceValues(func() ([]*sourcePackage, error) {
	byDir := map[string]*sourcePackage{}
	var packages []*sourcePackage
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipFolder(name)
		case filepath.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		p := byDir[dir]
		if p == nil {
			p = &sourcePackage{dir: dir}
			byDir[dir], packages = p, append(packages, p)
		}
		p.files = append(p.files, sourceFile{File: file, name: name, test: strings.HasSuffix(name, "_test.go")})
		return nil
	})
	return packages, err
})

// skipFolder leaves out what the go command leaves out, and modules of their own.
func skipFolder(name string) error {
	if name == "." {
		return nil
	}
	base := filepath.Base(name)
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// modulePackages returns all packages of this module, parsed, in the order of their folders.
func modulePackages(t *testing.T) []*sourcePackage {
	t.Helper()
	packages, err := parseModule()
	require.NoError(t, err)
	require.NotEmpty(t, packages)
	return packages
}
