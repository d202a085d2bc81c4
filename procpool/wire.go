package procpool

import "github.com/gobaton/async/remote"

// marker is the environment variable that makes a process a worker.
const marker = "GOBATON_PROCPOOL_WORKER"

// greeting is what a worker writes first, so that nothing else is taken for
// one.
const greeting = "procpool worker 1\n"

// request is what a worker reads: a call, or the cancellation of the one that
// runs.
type request struct {
	ID     uint64
	Cancel bool
	Call   remote.Call
	Max    int // how large the result may be
}

// reply is what a worker writes.
type reply struct {
	ID    uint64
	Reply remote.Reply
	Large int // the size of a result that was too large to be sent
}
