package policy

import (
	"go/ast"
	"strings"
	"testing"
	"unicode/utf8"
)

// columns is how wide a comment line may be, its indentation apart.
const columns = 80

// TestCommentsAreWrappedAt80Columns looks at comments that stand on lines of
// their own. Code in them, which is indented, and directives are left alone.
func TestCommentsAreWrappedAt80Columns(t *testing.T) {
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			for _, group := range f.Comments {
				for _, c := range group.List {
					at := fset.Position(c.Pos())
					text := strings.TrimPrefix(c.Text, "// ")
					switch {
					case at.Column > 1 && !startsLine(f, c), text == c.Text, strings.HasPrefix(text, " "), strings.HasPrefix(text, "\t"):
					case !strings.Contains(text, " "): // a word that is longer
					case inOutput(group, c):
					case utf8.RuneCountInString(c.Text) > columns:
						t.Errorf("%s: the comment is wider than %d columns", at, columns)
					}
				}
			}
		}
	}
}

// startsLine reports whether nothing but white space stands before c.
func startsLine(f sourceFile, c *ast.Comment) bool {
	line := fset.Position(c.Pos()).Line
	starts := true
	ast.Inspect(f.File, func(n ast.Node) bool {
		if n == nil || !starts {
			return false
		}
		if _, comment := n.(*ast.CommentGroup); comment {
			return false
		}
		if end := fset.Position(n.End()); end.Line == line && n.End() <= c.Pos() {
			starts = false
		}
		return starts && n.Pos() < c.Pos()
	})
	return starts
}

// inOutput reports whether a comment belongs to what an example prints.
func inOutput(group *ast.CommentGroup, c *ast.Comment) bool {
	for _, before := range group.List {
		if strings.Contains(strings.ToLower(before.Text), "output:") {
			return true
		}
		if before == c {
			break
		}
	}
	return false
}

// TestCommentsOfFunctionsBeginWithAVerb holds that a function's comment says
// what it does, not what it is.
func TestCommentsOfFunctionsBeginWithAVerb(t *testing.T) {
	for _, p := range modulePackages(t) {
		for _, f := range p.files {
			for _, decl := range f.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || f.test || fn.Doc == nil {
					continue
				}
				words := strings.Fields(fn.Doc.Text())
				if len(words) < 3 || words[0] != fn.Name.Name {
					continue
				}
				switch words[1] {
				case "is", "are", "was", "were":
					if words[2] != "called" && words[2] != "never" {
						t.Errorf("%s: begin with what %s does, in place of %q", fset.Position(fn.Pos()), fn.Name.Name, strings.Join(words[:3], " "))
					}
				}
			}
		}
	}
}
