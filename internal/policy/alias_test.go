package policy

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAliasesShowWhatTheyStandFor holds that the comment of each public name of
// an internal type lists its fields and methods, for the documentation tools
// show no more of an alias.
func TestAliasesShowWhatTheyStandFor(t *testing.T) {
	found := 0
	eachDecl(t, ".", func(f sourceFile, decl ast.Decl) {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			return
		}
		for _, spec := range general.Specs {
			alias, ok := spec.(*ast.TypeSpec)
			if !ok || !alias.Assign.IsValid() {
				continue
			}
			target, ok := alias.Type.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			dir, ok := importedDir(f, target.X.(*ast.Ident).Name)
			if !ok {
				continue
			}
			found++
			doc := fields(general.Doc.Text())
			for _, line := range listing(t, dir, target.Sel.Name, alias.Name.Name) {
				require.Contains(t, doc, fields(line), "the comment of %s lacks: %s", alias.Name.Name, line)
			}
		}
	})
	require.GreaterOrEqual(t, found, 5)
}

// member is a field, or a method of an interface, with its comment.
func member(name string, m *ast.Field) string {
	if signature, ok := strings.CutPrefix(types.ExprString(m.Type), "func("); ok && m.Comment == nil {
		return name + "(" + signature
	}
	return name + " " + types.ExprString(m.Type) + " // " + m.Comment.Text()
}

// fields is text with single spaces.
func fields(text string) string { return strings.Join(strings.Fields(text), " ") }

// listing are the exported fields and methods of a type, as its public name's
// comment has to have them.
func listing(t *testing.T, dir, name, public string) (lines []string) {
	eachDecl(t, dir, func(_ sourceFile, decl ast.Decl) {
		switch decl := decl.(type) {
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.Name == name {
					for _, m := range members(spec.Type) {
						for _, id := range m.Names {
							lines = append(lines, member(id.Name, m))
						}
					}
				}
			}
		case *ast.FuncDecl:
			if decl.Recv != nil && receiver(decl) == name && decl.Name.IsExported() {
				signature := strings.TrimPrefix(types.ExprString(decl.Type), "func")
				lines = append(lines, "func (e *"+public+") "+decl.Name.Name+signature)
			}
		}
	})
	require.NotEmpty(t, lines, name)
	return lines
}
