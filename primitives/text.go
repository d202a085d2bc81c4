package primitives

import "fmt"

// describe is what String of a primitive gives.
func describe(kind, state string, waiting int) string {
	if waiting > 0 {
		state += fmt.Sprintf(", waiting:%d", waiting)
	}
	return "<" + kind + " [" + state + "]>"
}

func lockedText(locked bool) string {
	if locked {
		return "locked"
	}
	return "unlocked"
}
