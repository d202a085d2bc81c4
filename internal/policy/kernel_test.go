package policy

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longest is how many lines a function may have.
const longest = 40

// TestFunctionsHaveAtMost40Lines leaves tests alone, whose functions are often
// tables.
func TestFunctionsHaveAtMost40Lines(t *testing.T) {
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			if f.test {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				fn, ok := n.(*ast.FuncDecl)
				if !ok || fn.Body == nil {
					return true
				}
				from, to := fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line
				if to-from >= longest {
					t.Errorf("%s: %s has %d lines", fset.Position(fn.Pos()), fn.Name.Name, to-from+1)
				}
				return true
			})
		}
	}
}

// TestTheKernelsDocumentsNameWhatIsThere looks at the contract of
// internal/sched and at the walks of docs/design.md: the files that they name
// exist, and so does what looks like the name of a function, field or type.
func TestTheKernelsDocumentsNameWhatIsThere(t *testing.T) {
	design, err := os.ReadFile("docs/design.md")
	require.NoError(t, err)
	_, walks, ok := strings.Cut(string(design), "## Three walks through the kernel")
	require.True(t, ok)
	walks, _, _ = strings.Cut(walks, "\n## ")

	declared := declaredNames(t)
	for name, text := range map[string]string{"docs/design.md": walks, "internal/sched/doc.go": contract(t)} {
		for _, file := range regexp.MustCompile(`[\w/*]+\.go\b`).FindAllString(text, -1) {
			assert.True(t, isFile(file), "%s names the file %s", name, file)
		}
		for _, word := range named(text) {
			assert.True(t, declared[word], "%s names %s, which is declared nowhere in the kernel", name, word)
		}
	}
	require.False(t, declared["runBatch"], "the test finds names that are not there")
}

// contract returns the package comment of internal/sched.
func contract(t *testing.T) string {
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			if f.name == filepath.FromSlash("internal/sched/doc.go") {
				return f.Doc.Text()
			}
		}
	}
	t.Fatal("internal/sched has no doc.go")
	return ""
}

// isFile reports whether a file stands in the kernel, in the root, or under
// internal.
func isFile(pattern string) bool {
	for _, dir := range []string{"internal/sched", ".", "internal"} {
		if found, err := filepath.Glob(filepath.Join(dir, pattern)); err == nil && found != nil {
			return true
		}
	}
	return false
}

var (
	quoted    = regexp.MustCompile("`([^`\n]+)`")
	camelCase = regexp.MustCompile(`\b[a-z]+[A-Z]\w*\b`)
	selector  = regexp.MustCompile(`\b[A-Z]\w*\.(\w+)\b`)
	plain     = regexp.MustCompile(`^\w+$`)
)

// named returns the names of code in a text: what is quoted, in camel case, or
// the field or method of a type.
func named(text string) []string {
	var all []string
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		name := m[1][strings.LastIndex(m[1], ".")+1:]
		if plain.MatchString(name) {
			all = append(all, name)
		}
	}
	all = append(all, camelCase.FindAllString(text, -1)...)
	for _, m := range selector.FindAllStringSubmatch(text, -1) {
		if m[1] != "go" && m[1] != "md" {
			all = append(all, m[1])
		}
	}
	return all
}

// declaredNames returns what the kernel, the root and internal/pool declare,
// with fields and local variables.
func declaredNames(t *testing.T) map[string]bool {
	declared := map[string]bool{"next": true, "yield": true, "go": true}
	for _, p := range modulePackages(t) {
		if p.dir != "internal/sched" && p.dir != "." && p.dir != "internal/pool" {
			continue
		}
		for _, f := range p.files {
			ast.Inspect(f.File, func(n ast.Node) bool {
				if f.test {
					return false
				}
				for _, id := range namesOf(n) {
					declared[id.Name] = true
				}
				return true
			})
		}
	}
	return declared
}

// namesOf returns the names that a node declares.
func namesOf(n ast.Node) []*ast.Ident {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{n.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{n.Name}
	case *ast.ValueSpec:
		return n.Names
	case *ast.Field:
		return n.Names
	}
	return nil
}
