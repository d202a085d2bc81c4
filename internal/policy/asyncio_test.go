package policy

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocsHaveOneRowForEachAsyncioName(t *testing.T) {
	count := map[string]int{}
	for _, row := range asyncioRows(t) {
		count[row.asyncio]++
	}
	data, err := os.ReadFile("internal/policy/testdata/asyncio-names.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		name := strings.TrimSpace(line)
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if count[name] != 1 {
			t.Errorf("%s has %d rows, not one", name, count[name])
		}
		delete(count, name)
	}
	for name := range count {
		t.Errorf("%s has a row but is no name of asyncio's", name)
	}
}

func TestDocsNameOnlyWhatIsThere(t *testing.T) {
	for _, row := range asyncioRows(t) {
		kind, rest, _ := strings.Cut(row.state, ": ")
		switch kind {
		case "here":
			for name := range strings.SplitSeq(rest, ", ") {
				if !isExported(t, name) {
					t.Errorf("%s is said to be %s, which is not there", row.asyncio, name)
				}
			}
		case "not":
			if rest == "" {
				t.Errorf("%s is not here, but why?", row.asyncio)
			}
		default:
			t.Errorf("%s: %q begins with neither here nor not", row.asyncio, row.state)
		}
	}
}

// asyncioRow is a row of docs/asyncio.md.
type asyncioRow struct{ asyncio, state string }

var rowPattern = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|([^|]*)\\|")

func asyncioRows(t *testing.T) []asyncioRow {
	t.Helper()
	data, err := os.ReadFile("docs/asyncio.md")
	require.NoError(t, err)
	tables, _, _ := strings.Cut(string(data), "\n## Deliberate differences")
	var rows []asyncioRow
	for _, m := range rowPattern.FindAllStringSubmatch(tables, -1) {
		rows = append(rows, asyncioRow{m[1], strings.TrimSpace(m[2])})
	}
	require.NotEmpty(t, rows)
	return rows
}

// isExported reports whether name, package.Name or package.Type.Member, is an
// exported name of this module.
func isExported(t *testing.T, name string) bool {
	t.Helper()
	parts := strings.Split(name, ".")
	if len(parts) < 2 || slices.ContainsFunc(parts[1:], func(s string) bool { return !ast.IsExported(s) }) {
		return false
	}
	dir := parts[0]
	if dir == "async" {
		dir = "."
	}
	switch len(parts) {
	case 2:
		return declares(t, dir, parts[1])
	case 3:
		return hasMember(t, dir, parts[1], parts[2])
	}
	return false
}

// declares reports whether the package in dir declares name: a function, type,
// variable or constant.
func declares(t *testing.T, dir, name string) bool {
	found := false
	eachDecl(t, dir, func(_ sourceFile, decl ast.Decl) {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			found = found || decl.Recv == nil && decl.Name.Name == name
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					found = found || spec.Name.Name == name
				case *ast.ValueSpec:
					found = found || slices.ContainsFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == name })
				}
			}
		}
	})
	return found
}

// hasMember reports whether typ of the package in dir has the method or field
// member, its own or an embedded type's.
func hasMember(t *testing.T, dir, typ, member string) bool {
	found := false
	eachDecl(t, dir, func(f sourceFile, decl ast.Decl) {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			found = found || decl.Recv != nil && receiver(decl) == typ && decl.Name.Name == member
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.Name == typ {
					found = found || reaches(t, dir, f, spec.Type, member)
				}
			}
		}
	})
	return found
}

// reaches reports whether the type expression of f has member: a struct's
// field, an interface's method, or what another type lends.
func reaches(t *testing.T, dir string, f sourceFile, typ ast.Expr, member string) bool {
	for _, field := range members(typ) {
		if slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return id.Name == member }) {
			return true
		}
		if len(field.Names) == 0 && reaches(t, dir, f, field.Type, member) {
			return true
		}
	}
	if name := typeName(typ); name != "" {
		return hasMember(t, dir, name, member)
	}
	if star, ok := typ.(*ast.StarExpr); ok {
		return reaches(t, dir, f, star.X, member)
	}
	if sel, ok := typ.(*ast.SelectorExpr); ok {
		if from, ok := importedDir(f, sel.X.(*ast.Ident).Name); ok {
			return hasMember(t, from, sel.Sel.Name, member)
		}
	}
	return false
}

// importedDir returns the folder of this module's package that f imports under
// name.
func importedDir(f sourceFile, name string) (string, bool) {
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(imported) == name {
			return moduleDir(imported)
		}
	}
	return "", false
}

func eachDecl(t *testing.T, dir string, visit func(sourceFile, ast.Decl)) {
	t.Helper()
	for _, p := range modulePackages(t) {
		if p.dir != dir {
			continue
		}
		for _, f := range p.files {
			for _, decl := range f.Decls {
				if !f.test {
					visit(f, decl)
				}
			}
		}
	}
}
