package workloads

import (
	"slices"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// All returns the workloads, in the order of the table.
func All() []measure.Workload {
	return slices.Concat(
		yields,
		[]measure.Workload{spawn, sleepers, callSoon, setResult, cancelChain, submit, receive},
		calls,
		gathers, groups, []measure.Workload{nestedGroups, timeout, mapping},
		locks, semaphores, queues, []measure.Workload{event, barrier},
		toThreads, debugMode, []measure.Workload{lines}, https,
	)
}
