package analyzer

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// directive is a comment that lets a line be.
const directive = "//asyncvet:ignore"

// A reportFunc reports something at a place.
type reportFunc func(pos token.Pos, format string, args ...any) *finding

// A finding is what was reported, nil if the place is to be let be.
type finding struct {
	pass *analysis.Pass
	analysis.Diagnostic
}

// An edit replaces a piece of source.
type edit struct {
	message  string
	pos, end token.Pos
	text     string
}

// fix sends the finding with a fix, if there is one.
func (f *finding) fix(e *edit) {
	if f == nil || e == nil {
		return
	}
	f.SuggestedFixes = append(f.SuggestedFixes, analysis.SuggestedFix{
		Message: e.message, TextEdits: []analysis.TextEdit{{Pos: e.pos, End: e.end, NewText: []byte(e.text)}},
	})
}

// reporter reports what it is given, but for lines with the directive, and
// those after such a line. What is reported is sent when the function that is
// returned second is called.
func reporter(pass *analysis.Pass) (report reportFunc, send func()) {
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
	var all []*finding
	report = func(pos token.Pos, format string, args ...any) *finding {
		at := pass.Fset.Position(pos)
		if ignored[line{at.Filename, at.Line}] {
			return nil
		}
		f := &finding{pass, analysis.Diagnostic{Pos: pos, Message: fmt.Sprintf(format, args...)}}
		all = append(all, f)
		return f
	}
	return report, func() {
		for _, f := range all {
			pass.Report(f.Diagnostic)
		}
	}
}
