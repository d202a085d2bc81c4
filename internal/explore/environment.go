package explore

import (
	"cmp"
	"math"
	"os"
	"strconv"
	"testing"
)

// The environment of Explore.
const (
	replayVariable    = "ASYNC_REPLAY"
	seedVariable      = "ASYNC_SEED"
	schedulesVariable = "ASYNC_SCHEDULES"
	reportVariable    = "ASYNC_REPORT"
)

// complete returns c with its defaults, and with what the environment says.
func (c Config) complete(t testing.TB) Config {
	t.Helper()
	most := 1000
	if c.Time > 0 {
		most = math.MaxInt // as many as there is time for
	}
	c.Schedules = cmp.Or(int(setting(t, schedulesVariable)), c.Schedules, most)
	c.Seed = cmp.Or(setting(t, seedVariable), c.Seed, 1)
	c.Deviations = cmp.Or(c.Deviations, math.MaxInt)
	c.Depth = cmp.Or(c.Depth, 5)
	c.MaxSteps = cmp.Or(c.MaxSteps, 10_000)
	c.Workers = max(c.Workers, 1)
	return c
}

// setting returns a number in the environment, 0 if it is not there.
func setting(t testing.TB, name string) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("asynctest: %s=%s is no number", name, s)
	}
	return n
}

// replayed returns the schedule that the environment asks for.
func replayed(t testing.TB) (s schedule, ok bool) {
	t.Helper()
	text := os.Getenv(replayVariable)
	if text == "" {
		return s, false
	}
	s, err := parseSchedule(text)
	if err != nil {
		t.Fatalf("asynctest: %v", err)
	}
	return s, true
}
