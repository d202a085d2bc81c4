package zoo

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/asynctest"
)

var long = flag.Bool("zoo.long", false, "hunt with several seeds, and watch the twins for 20,000 schedules")

// verdict is a testing.TB that keeps what an exploration says.
type verdict struct {
	testing.TB
	failed bool
	text   strings.Builder
}

func (v *verdict) Helper()                      {}
func (v *verdict) Context() context.Context     { return v.TB.Context() }
func (v *verdict) Logf(format string, a ...any) { fmt.Fprintf(&v.text, format+"\n", a...) }
func (v *verdict) Failed() bool                 { return v.failed }
func (v *verdict) Fail()                        { v.failed = true }
func (v *verdict) Errorf(format string, a ...any) {
	v.failed = true
	v.Logf(format, a...)
}

func (v *verdict) FailNow() {
	v.failed = true
	runtime.Goexit()
}

func (v *verdict) Fatalf(format string, a ...any) {
	v.Logf(format, a...)
	v.FailNow()
}

// judge explores a program.
func judge(t *testing.T, s specimen, e asynctest.Explorer, body func(t testing.TB, ctx context.Context)) *verdict {
	v := &verdict{TB: t}
	if strings.Contains(s.name, "thread") {
		t.Run("bubble", func(t *testing.T) { v = inBubble(t, e, body) })
		return v
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.Explore(v, body)
	}()
	<-done
	return v
}

// number is what a report says after a word.
func (v *verdict) number(before string) int {
	found := regexp.MustCompile(before + `(\d+)`).FindStringSubmatch(v.text.String())
	if found == nil {
		return -1
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// each runs a test for each specimen and each fake.
func each(t *testing.T, run func(t *testing.T, s specimen, io func(ctx context.Context) error)) {
	for _, s := range specimens() {
		for _, fake := range slices.Sorted(maps.Keys(fakes)) {
			t.Run(s.name+"/"+fake, func(t *testing.T) { run(t, s, fakes[fake]) })
		}
	}
}

func TestBugsPassInTheOrderOfAsyncio(t *testing.T) {
	each(t, func(t *testing.T, s specimen, io func(ctx context.Context) error) {
		v := judge(t, s, asynctest.Explorer{Schedules: 1}, s.program(false, io))
		require.False(t, v.failed, v.text.String())
	})
}

func TestExplorerFindsTheBugs(t *testing.T) {
	each(t, func(t *testing.T, s specimen, io func(ctx context.Context) error) {
		v := judge(t, s, asynctest.Explorer{Schedules: 10_000}, s.program(false, io))
		require.True(t, v.failed, "not found: %s", v.text.String())
		t.Logf("found by schedule %d, with %d departures", v.number("asynctest: schedule "), v.number("shrunk to "))
	})
}

func TestExplorerLeavesTheTwinsAlone(t *testing.T) {
	schedules := 300
	if *long {
		schedules = 20_000
	}
	each(t, func(t *testing.T, s specimen, io func(ctx context.Context) error) {
		v := judge(t, s, asynctest.Explorer{Schedules: schedules}, s.program(true, io))
		require.False(t, v.failed, v.text.String())
	})
}
