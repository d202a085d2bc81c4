package monitor

import (
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A probe is an entry that notes when its turn has come.
type probe struct {
	loop  *sched.Loop
	sent  time.Duration
	fired atomic.Int64 // 0: its turn is to come
}

// Fire notes the time. It is called by the loop.
func (p *probe) Fire() { p.fired.Store(max(1, int64(p.loop.Now()))) }
