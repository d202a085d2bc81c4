package policy

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExamplesAreShownWhole holds that the documentation tool can print each
// example as a program: it can where everything the example uses stands in the
// example's own file and the file is not an internal test.
func TestExamplesAreShownWhole(t *testing.T) {
	count := 0
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			if !f.test {
				continue
			}
			for _, example := range examplesOf(t, f.name) {
				count++
				if example.Play == nil {
					t.Errorf("%s: Example%s is shown without its program: keep what it uses in its own file", f.name, example.Name)
				}
				if example.Output == "" && !example.EmptyOutput {
					t.Errorf("%s: Example%s has no output: it is compiled but never run", f.name, example.Name)
				}
			}
		}
	}
	require.NotZero(t, count)
}

// examplesOf parses a file anew, with the object resolution that go/doc needs.
func examplesOf(t *testing.T, name string) []*doc.Example {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
	require.NoError(t, err)
	if !strings.HasSuffix(file.Name.Name, "_test") {
		require.False(t, hasExample(file), "%s: an example belongs to an external test package", name)
	}
	return doc.Examples(file)
}

func hasExample(file *ast.File) bool {
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Example") {
			return true
		}
	}
	return false
}
