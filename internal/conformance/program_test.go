package conformance

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestParseProgramRefuses(t *testing.T) {
	for name, program := range map[string]string{
		"what is no JSON":                 `{`,
		"a program without main":          `{"coros": {"c1": []}}`,
		"an operation without a name":     `{"coros": {"main": [[]]}}`,
		"too many arguments":              `{"coros": {"main": [["yield", 1]]}}`,
		"an argument of another kind":     `{"coros": {"main": [["sleep", "long"]]}}`,
		"null for an integer":             `{"coros": {"main": [["sleep", null]]}}`,
		"a mistake in an inner operation": `{"coros": {"main": [["try", {"body": [["sleep"]]}]]}}`,
		"a coroutine that does not exist": `{"coros": {"main": [["run", "c1"]]}}`,
		"a run that does not exist":       `{"coros": {"main": []}, "runs": ["main", "other"]}`,
		"a function that does not exist":  `{"coros": {"main": [["to_thread", "f1"]]}}`,
		"a place that does not exist":     `{"coros": {"main": [["post", "x1", "above", []]]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseProgram([]byte(program)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestRunTellsOfAnUnknownOperation(t *testing.T) {
	p, err := ParseProgram([]byte(`{"coros": {"main": [["try", {"body": [["dance", 1]]}]]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(p); err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("Run: %v", err)
	}
}

func TestCasesUseEveryOperation(t *testing.T) {
	unused := make(map[string]bool)
	for _, f := range families {
		for name := range f.ops {
			unused[name] = true
		}
	}
	for _, c := range readFiles(t, testData) {
		for name := range unused {
			if bytes.Contains(c.Program, []byte(`["`+name+`"`)) {
				delete(unused, name)
			}
		}
	}
	if len(unused) > 0 {
		t.Errorf("no case has %v", unused)
	}
}

// FuzzParseProgram writes every program that it can read and reads that again.
func FuzzParseProgram(f *testing.F) {
	for some := range slices.Chunk(readFiles(f, testData), 400) {
		f.Add([]byte(some[0].Program))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProgram(data)
		if err != nil {
			t.Skip()
		}
		written := text(t, p)
		again, err := ParseProgram(written)
		if err != nil {
			t.Fatalf("%v: %s", err, written)
		}
		if read := text(t, again); !bytes.Equal(read, written) {
			t.Errorf("%s is read back as %s", written, read)
		}
	})
}

func text(t testing.TB, p *Program) []byte {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
