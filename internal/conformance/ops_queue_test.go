package conformance

import "testing"

func TestParseProgramRefusesAnOperationWithoutItsResource(t *testing.T) {
	for name, program := range map[string]string{
		"no resource":              `{"coros": {"main": [["get", "r"]]}}`,
		"a resource of no kind":    `{"resources": {"r": {"kind": "door"}}, "coros": {"main": [["get", "r"]]}}`,
		"a resource of other kind": `{"resources": {"r": {"kind": "lock"}}, "coros": {"main": [["get", "r"]]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseProgram([]byte(program)); err == nil {
				t.Error("accepted")
			}
		})
	}
}
