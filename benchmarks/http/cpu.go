package main

import (
	"os"
	"runtime/pprof"
	"syscall"
	"time"
)

// cpuTime returns how much of the processor this process has had.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// profiled calls f under a CPU profile, if there is to be one.
func profiled(f func()) {
	if *profile != "" {
		file, err := os.Create(*profile)
		must(err)
		must(pprof.StartCPUProfile(file))
		defer func() {
			pprof.StopCPUProfile()
			must(file.Close())
		}()
	}
	f()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
