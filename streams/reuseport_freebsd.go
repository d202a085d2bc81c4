package streams

import "golang.org/x/sys/unix"

// reusePort is the option that makes the system spread connections.
const reusePort = unix.SO_REUSEPORT_LB
