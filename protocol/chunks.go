package protocol

import "sync"

// chunks are what transports read into, and none keeps.
var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}
