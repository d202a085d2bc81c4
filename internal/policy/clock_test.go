package policy

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// core are the folders in which nothing but the loop's clock tells the time,
// and nothing is left to chance.
var core = []string{".", "primitives", "internal/pool", "internal/sched", "internal/waitq"}

// timekeepers are the files of the core that may read another clock, each
// because it cannot decide an order.
var timekeepers = []string{
	"internal/pool/idle.go",            // ends goroutines that have been idle
	"internal/sched/debug_lag.go",      // measures how long a turn is in coming, and only reports
	"internal/sched/debug_outside.go",  // gives up waiting for the answer of a loop that is blocked
	"internal/sched/debug_stall.go",    // reports that virtual time stands still
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
