//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package streams

import (
	"errors"

	"github.com/gobaton/async"
)

// watched does not exist here.
type watched struct{}

// AddReader returns errors.ErrUnsupported on this system.
func AddReader(*async.Loop, uintptr, func()) error { return errors.ErrUnsupported }

// AddWriter returns errors.ErrUnsupported on this system.
func AddWriter(*async.Loop, uintptr, func()) error { return errors.ErrUnsupported }

// RemoveReader reports false on this system.
func RemoveReader(*async.Loop, uintptr) bool { return false }

// RemoveWriter reports false on this system.
func RemoveWriter(*async.Loop, uintptr) bool { return false }
