package conformance

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// A Case is a program and the trace that CPython leaves when it runs it.
type Case struct {
	ID      string          `json:"id"`      // its theme and a number
	Theme   string          `json:"theme"`   // what the program is mostly about
	Program json.RawMessage `json:"program"` // for ParseProgram
	Trace   []string        `json:"trace"`   // one line a string
}

// ReadFile reads the cases of a file, one a line; a name that ends in .gz
// stands for a compressed one.
func ReadFile(name string) ([]Case, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !strings.HasSuffix(name, ".gz") {
		return readCases(f)
	}
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return readCases(zr)
}

func readCases(r io.Reader) ([]Case, error) {
	var cases []Case
	for d := json.NewDecoder(bufio.NewReader(r)); ; {
		var c Case
		switch err := d.Decode(&c); err {
		case nil:
			cases = append(cases, c)
		case io.EOF:
			return cases, nil
		default:
			return nil, fmt.Errorf("case %d: %w", len(cases)+1, err)
		}
	}
}
