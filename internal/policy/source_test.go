package policy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// members returns the fields of a struct or the methods of an interface,
// embedded ones without a name.
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

// typeName returns the name of a type in this package, without pointer and type
// arguments; "" for any other type.
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

// skipFolder leaves out what the go command leaves out, and modules of their
// own.
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

// modulePackages returns all packages of this module, parsed, in the order of
// their folders.
func modulePackages(t *testing.T) []*sourcePackage {
	t.Helper()
	packages, err := parseModule()
	require.NoError(t, err)
	require.NotEmpty(t, packages)
	return packages
}
