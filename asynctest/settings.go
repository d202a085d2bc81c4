package asynctest

import (
	"cmp"
	"os"
	"strconv"
	"testing"
)

// The environment of Explore.
const (
	replayVariable    = "ASYNC_REPLAY"
	seedVariable      = "ASYNC_SEED"
	schedulesVariable = "ASYNC_SCHEDULES"
)

// complete is e with its defaults, and with what the environment says.
func (e Explorer) complete(t testing.TB) Explorer {
	t.Helper()
	e.Schedules = cmp.Or(int(setting(t, schedulesVariable)), e.Schedules, 1000)
	e.Seed = cmp.Or(setting(t, seedVariable), e.Seed, 1)
	e.Deviations = cmp.Or(e.Deviations, 2)
	e.Depth = cmp.Or(e.Depth, 3)
	e.MaxSteps = cmp.Or(e.MaxSteps, 10_000)
	return e
}

// setting is a number in the environment, 0 if it is not there.
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

// replayed is the course that the environment asks for.
func replayed(t testing.TB) (c course, ok bool) {
	t.Helper()
	s := os.Getenv(replayVariable)
	if s == "" {
		return c, false
	}
	c, err := parseCourse(s)
	if err != nil {
		t.Fatalf("asynctest: %v", err)
	}
	return c, true
}
