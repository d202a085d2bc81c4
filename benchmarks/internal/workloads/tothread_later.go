//go:build !stage3

package workloads

import "github.com/gobaton/async/benchmarks/internal/measure"

// toThreads are none while there is no ToThread.
var toThreads []measure.Workload
