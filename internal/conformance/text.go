package conformance

import (
	"fmt"
	"strings"
)

// text returns a value as the trace writes it.
func (m *machine) text(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case error:
		return m.errorName(v)
	case bool:
		return boolText(v)
	default:
		return fmt.Sprint(v)
	}
}

func boolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func (m *machine) listText(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = m.text(v)
	}
	return "[" + strings.Join(texts, ",") + "]"
}
