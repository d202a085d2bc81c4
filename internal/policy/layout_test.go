package policy

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/gobaton/async"

// layout says which packages of this module a package may import; "." is the
// root package, async. A folder that is not listed follows the rule of the
// nearest listed one around it, and packages under one rule may import each
// other.
//
// The table is the architecture. Do not relax it to fix a build.
var layout = map[string][]string{
	"internal/clock": nil,

	// Tasks as plain data, and how they are drawn.
	"internal/tasktree": nil,

	"internal/sched": {"internal/clock", "internal/tasktree"},
	"internal/waitq": {"internal/clock", "internal/sched"},

	// The goroutines of a ThreadPool.
	"internal/pool": {"internal/sched"},

	// What was read and not taken yet. It knows no loop.
	"internal/readahead": nil,

	// What the operating system says of descriptors. It knows no loop.
	"internal/netpoll": nil,

	// Siblings: neither imports the other.
	".":          {"internal/clock", "internal/sched", "internal/tasktree", "internal/waitq", "internal/pool"},
	"primitives": {"internal/clock", "internal/sched", "internal/waitq"},

	// Tools see the core and import no async, so that any test may use
	// them.
	"internal/explore": {"internal/clock", "internal/sched"},
	"asynctest":        {"internal/clock", "internal/sched", "internal/explore"},
	"monitor":          {"internal/clock", "internal/sched", "internal/tasktree"},

	// How a monitor is shown.
	"monitor/monitorhttp": {"internal/tasktree", "monitor"},

	// Functions with names, for whatever carries calls elsewhere. It knows
	// neither tasks nor processes.
	"remote": nil,

	// The outside world is built on the public API only; what the operating
	// system does stands behind the Network of streams.
	"streams":    {".", "primitives", "internal/netpoll"},
	"protocol":   {".", "primitives", "streams"},
	"deferred":   {".", "primitives"},
	"files":      {".", "primitives", "internal/readahead"},
	"procpool":   {".", "primitives", "remote"},
	"subprocess": {".", "primitives", "streams"},
	"asynchttp":  {".", "primitives", "streams", "internal/readahead"},

	// What CPython says: its traces, and its own tests.
	"internal/zoo":         {".", "primitives", "asynctest"},
	"internal/conformance": {".", "primitives", "asynctest", "streams", "protocol"},
	"internal/cpython":     {".", "primitives", "asynctest"},

	// Tests of the whole.
	"internal/behavior": {},
	"internal/policy":   {},

	// What tests of ours share.
	"internal/testkit": {".", "asynctest"},

	"examples": public,
}

// public is what anybody outside may import, and every test of ours.
var public = []string{".", "primitives", "asynctest", "monitor", "streams", "protocol", "deferred", "files", "remote", "procpool", "subprocess", "asynchttp"}

// testPackages are what tests may import besides.
var testPackages = []string{"internal/testkit"}

// Packages from elsewhere, by the beginning of their path: the first list
// everywhere, the second in tests only.
var (
	dependencies     = []string{"golang.org/x/sync", "golang.org/x/sys"}
	testDependencies = []string{"go.uber.org/goleak", "github.com/stretchr/testify"}
)

func TestPackagesImportOnlyWhatTheLayoutAllows(t *testing.T) {
	for _, p := range modulePackages(t) {
		rule := ruleOf(p.dir)
		if rule == "" {
			t.Errorf("%s stands nowhere in the layout: give it its place in the table", p.dir)
			continue
		}
		for _, f := range p.files {
			for _, spec := range f.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if !mayImport(rule, imported, f.test) {
					t.Errorf("%s: %s may not import %s", f.name, p.dir, imported)
				}
			}
		}
	}
}

// ruleOf returns the folder of layout whose rule dir follows, or "".
func ruleOf(dir string) string {
	for {
		if _, ok := layout[dir]; ok || dir == "." {
			return dir
		}
		if dir = path.Dir(dir); dir == "." {
			return "" // the root's rule is for the root alone
		}
	}
}

func mayImport(rule, imported string, test bool) bool {
	if dir, ok := moduleDir(imported); ok {
		to := ruleOf(dir)
		return to != "" && (to == rule || slices.Contains(layout[rule], to) || test && (slices.Contains(public, to) || slices.Contains(testPackages, to)))
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	within := func(prefix string) bool { return imported == prefix || strings.HasPrefix(imported, prefix+"/") }
	return slices.ContainsFunc(dependencies, within) || test && slices.ContainsFunc(testDependencies, within)
}

// moduleDir returns the folder in which this module keeps the package at an
// import path.
func moduleDir(imported string) (dir string, ok bool) {
	if imported == modulePath {
		return ".", true
	}
	return strings.CutPrefix(imported, modulePath+"/")
}
