package analyzer

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// directive is a comment that lets a line be.
const directive = "//asyncvet:ignore"

// reporter reports what it is told, but for lines with the directive, and those after such a line.
func reporter(pass *analysis.Pass) func(pos token.Pos, format string, args ...any) {
	type line struct {
		file   string
		number int
	}
	ignored := map[line]bool{}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, directive) {
					at := pass.Fset.Position(c.Pos())
					ignored[line{at.Filename, at.Line}] = true
					ignored[line{at.Filename, at.Line + 1}] = true
				}
			}
		}
	}
	return func(pos token.Pos, format string, args ...any) {
		at := pass.Fset.Position(pos)
		if !ignored[line{at.Filename, at.Line}] {
			pass.Report(analysis.Diagnostic{Pos: pos, Message: fmt.Sprintf(format, args...)})
		}
	}
}
