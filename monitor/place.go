package monitor

import (
	"fmt"
	"path/filepath"
)

// String returns the place as file.go:12.
func (p *Place) String() string {
	if p == nil || p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line)
}
