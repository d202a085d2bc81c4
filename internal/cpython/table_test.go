package cpython

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testsOfCPython = flag.String("cpython.tests", "", "hold the tables against this folder, Lib/test/test_asyncio of a CPython")

// A row is a test of CPython's.
type row struct {
	file   string // without .py
	test   string // class.method
	kind   string // A, B or C
	remark string
}

func TestEachRowOfTheTablesIsInOrder(t *testing.T) {
	docs := words(t, "../../docs/asyncio.md")
	for _, r := range rows(t) {
		switch r.kind {
		case "A":
		case "B":
			if quoted := quotation.FindStringSubmatch(r.remark); quoted == nil || !strings.Contains(docs, quoted[1]) {
				t.Errorf("%s, %s: the remark begins with no quotation from docs/asyncio.md: %s", r.file, r.test, r.remark)
			}
		case "C":
			if r.remark == "" {
				t.Errorf("%s, %s is not translated, but why?", r.file, r.test)
			}
		default:
			t.Errorf("%s, %s: its kind is %q", r.file, r.test, r.kind)
		}
	}
}

func TestEachRowHasItsTestAndEachTestItsRow(t *testing.T) {
	row := map[string]string{}
	for _, r := range rows(t) {
		name := goName(r.test)
		if row[name] != "" {
			t.Errorf("%s, %s: %s is the name of another row's test", r.file, r.test, name)
		}
		if r.kind != "C" {
			row[name] = r.file + ", " + r.test
		}
	}
	for _, name := range translations(t) {
		if row[name] == "" {
			t.Errorf("%s has no row", name)
		}
		delete(row, name)
	}
	for name, of := range row {
		t.Errorf("%s has no test %s", of, name)
	}
}

func TestNoTranslationIsSkipped(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range files {
		if source := words(t, name); name != "table_test.go" && strings.Contains(source, "t.Skip") {
			t.Errorf("%s skips a test: mend what keeps it from passing, or give its row a reason", name)
		}
	}
}

func TestTablesNameTheTestsOfCPython(t *testing.T) {
	listed := map[string]map[string]bool{}
	for _, r := range rows(t) {
		if listed[r.file] == nil {
			listed[r.file] = map[string]bool{}
		}
		if listed[r.file][r.test] {
			t.Errorf("%s has two rows for %s", r.file, r.test)
		}
		listed[r.file][r.test] = true
	}
	if *testsOfCPython == "" {
		return
	}
	for file, tests := range listed {
		for _, test := range pythonTests(t, filepath.Join(*testsOfCPython, file+".py")) {
			if !tests[test] {
				t.Errorf("%s has no row for %s", file, test)
			}
			delete(tests, test)
		}
		for test := range tests {
			t.Errorf("%s: CPython has no test %s", file, test)
		}
	}
}

var quotation = regexp.MustCompile(`^"([^"]+)"`)

// rows reads the tables.
func rows(t *testing.T) (all []row) {
	t.Helper()
	names, err := filepath.Glob("testdata/test_*.tsv")
	require.NoError(t, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			require.Len(t, columns, 3, "%s: %s", name, line)
			file := strings.TrimSuffix(filepath.Base(name), ".tsv")
			all = append(all, row{file, columns[0], columns[1], columns[2]})
		}
	}
	return all
}

// goName is the name of the translation of a test of CPython's.
func goName(test string) string {
	class, method, _ := strings.Cut(test, ".")
	class = strings.TrimSuffix(strings.TrimPrefix(class, "_"), "Mixin")
	for _, affix := range []string{"Tests", "BaseTest", "Test"} {
		class = strings.TrimPrefix(strings.TrimSuffix(class, affix), affix)
	}
	return "Test" + class + "_" + strings.TrimPrefix(method, "test_")
}

// translations are the names of the translated tests: those with an underscore.
func translations(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") && strings.Contains(fn.Name.Name, "_") {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}

var pythonTest = regexp.MustCompile(`(?m)^class (\w+)|^    (?:async )?def (test_\w+)`)

// pythonTests are the tests in a file of CPython's.
func pythonTests(t *testing.T, name string) (tests []string) {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	class := ""
	for _, m := range pythonTest.FindAllStringSubmatch(string(data), -1) {
		if m[1] != "" {
			class = m[1]
		} else {
			tests = append(tests, class+"."+m[2])
		}
	}
	return tests
}

// words is the text of a file with single spaces between its words.
func words(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(data)), " ")
}
