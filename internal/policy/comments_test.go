package policy

import (
	"go/ast"
	"slices"
	"testing"
)

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

// undocumentedNames returns the exported names of f that have neither a comment
// of their own nor one of their group.
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
