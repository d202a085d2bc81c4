package workloads

import (
	"slices"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// All returns the workloads, in the order of the table.
func All() []measure.Workload {
	return slices.Concat(
		section("Tasks", yields, one(spawn, sleepers, callSoon, setResult), cancelChains),
		section("Several at once", gathers, groups, one(nestedGroups, timeout, mapping)),
		section("Primitives", locks, semaphores, queues, one(event, barrier)),
		section("To and from other goroutines", toThreads, one(submit), calls, one(receive)),
		section("Files and HTTP", one(lines), https),
		section("Debug mode", debugMode),
		section("The monitor", monitored),
		section("Memory", memories),
		section("Garbage collection", one(collection)),
	)
}

func one(workloads ...measure.Workload) []measure.Workload { return workloads }

// section puts workloads into a section of the report.
func section(name string, parts ...[]measure.Workload) []measure.Workload {
	workloads := slices.Concat(parts...)
	for i := range workloads {
		workloads[i].Section = name
	}
	return workloads
}
