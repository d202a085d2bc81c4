package primitives

import "fmt"

// describe returns the String of a primitive.
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
