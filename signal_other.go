//go:build !unix

package async

import "os"

// isCatchable reports whether a process can handle sig.
func isCatchable(sig os.Signal) bool { return sig != os.Kill }
