// Chores does a household's afternoon three times: one chore after the other;
// all at once, by somebody who never looks up from the potatoes; and by
// somebody who does, and so sees that the washing machine has ended and the
// dryer may start.
//
//	go run ./examples/chores             a second of the household's lasts a tenth of one
//	go run ./examples/chores -virtual    the same in virtual time, which takes none
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func main() {
	virtual := flag.Bool("virtual", false, "run in virtual time")
	second := flag.Duration("second", 100*time.Millisecond, "how long a second of the household's lasts in real time")
	flag.Parse()

	h := realHouse(os.Stdout, *second)
	if *virtual {
		h = virtualHouse(os.Stdout)
	}
	if err := h.afternoons(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A house is where the chores are done, and its time.
type house struct {
	out    io.Writer
	second time.Duration
	clock  async.Clock          // nil for the loop's own
	now    func() time.Duration // since whenever
	work   func(time.Duration)  // takes time and sees nothing else meanwhile: it holds the baton
}

func realHouse(out io.Writer, second time.Duration) *house {
	start := time.Now()
	return &house{
		out:    out,
		second: second,
		now:    func() time.Duration { return time.Since(start) },
		work:   time.Sleep,
	}
}

func virtualHouse(out io.Writer) *house {
	clock := asynctest.NewClock()
	return &house{
		out:    out,
		second: time.Second,
		clock:  clock,
		now:    clock.Now,
		work:   func(d time.Duration) { clock.Wait(clock.Now()+d, nil) },
	}
}

func (h *house) afternoons(ctx context.Context) error {
	h.say("One after the other:")
	h.timed(h.inTurn)

	h.say("\nAll at once, never looking up from the potatoes:")
	if err := h.run(ctx, h.atOnce(false)); err != nil {
		return err
	}

	h.say("\nAll at once, looking up after each potato:")
	return h.run(ctx, h.atOnce(true))
}

// inTurn does every chore to its end before the next.
func (h *house) inTurn() {
	chore := func(name string, seconds int) {
		h.say("Start " + name)
		h.work(h.seconds(seconds))
		h.say("End " + name)
	}
	chore("dishwasher", 3)
	chore("washing machine", 3)
	chore("dryer", 3)
	chore("boiling water for 4 seconds", 4)

	h.say("Start cleaning potatoes")
	for i := range 14 {
		h.cleanPotato(i)
	}
	h.say("End cleaning potatoes")
}

// atOnce starts every machine and cleans potatoes while they work.
func (h *house) atOnce(lookUp bool) async.Func {
	return func(ctx context.Context) error {
		_, err := async.Gather(ctx,
			h.machine("dishwasher", 3),
			h.laundry(),
			h.machine("boiling water", 4),
			h.potatoes(14, lookUp),
		)
		return err
	}
}

// machine works on its own: whoever awaits it leaves the baton to the others.
func (h *house) machine(name string, seconds int) async.Func {
	return func(ctx context.Context) error {
		h.say(fmt.Sprintf("Start %s for %d seconds", name, seconds))
		if err := async.Sleep(ctx, h.seconds(seconds)); err != nil {
			return err
		}
		h.say(fmt.Sprintf("End %s for %d seconds", name, seconds))
		return nil
	}
}

// laundry returns two machines, of which the second needs the first's end.
func (h *house) laundry() async.Func {
	return func(ctx context.Context) error {
		if err := h.machine("washing machine", 3)(ctx); err != nil {
			return err
		}
		return h.machine("dryer", 3)(ctx)
	}
}

// potatoes need hands and eyes. Only between two of them is there a moment to
// look up.
func (h *house) potatoes(pieces int, lookUp bool) async.Func {
	return func(ctx context.Context) error {
		h.say(fmt.Sprintf("Start cleaning potatoes for %d pieces", pieces))
		for i := range pieces {
			h.cleanPotato(i)
			if !lookUp {
				continue
			}
			if err := async.Sleep(ctx, h.second/10_000); err != nil {
				return err
			}
		}
		h.say(fmt.Sprintf("End cleaning potatoes for %d pieces", pieces))
		return nil
	}
}

func (h *house) cleanPotato(i int) {
	h.say(fmt.Sprintf("Cleaning potato %d", i))
	h.work(h.second / 2)
}

// run runs main on a loop of its own and tells how long it took.
func (h *house) run(ctx context.Context, main async.Func) (err error) {
	r := async.Runner{Clock: h.clock}
	h.timed(func() { err = r.Run(ctx, main) })
	if closed := r.Close(); err == nil {
		err = closed
	}
	return err
}

// timed tells how many of the household's seconds f took.
func (h *house) timed(f func()) {
	start := h.now()
	f()
	h.say(fmt.Sprintf("Elapsed %.1f", (h.now()-start).Seconds()/h.second.Seconds()))
}

func (h *house) seconds(n int) time.Duration { return time.Duration(n) * h.second }

func (h *house) say(line string) { fmt.Fprintln(h.out, line) }
