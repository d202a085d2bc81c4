package monitor

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"

	"github.com/gobaton/async/internal/sched"
)

// gathering goes through the tasks in slices, on the loop, and notes what only
// the loop can tell of them.
type gathering struct {
	describing
	monitor *Monitor
	next    uint32 // the slot
	began   bool
	slice   time.Duration
	notes   []waitNote
	current uint64 // the task that runs: that which asks
	count   sched.Counts
}

// waitNote is what the loop tells of one task: little, for it is stopped
// meanwhile. The rest is read, and put into words, from outside.
type waitNote struct {
	slot   uint32
	asked  int32
	id     uint64
	kind   reflect.Type // nil: it does not wait
	target uint64       // the task that it awaits
	text   string       // of a constant
	name   string       // if it was given one
	object int32        // the index of an object, or -1
	begun  bool
}

// describing holds the objects that tasks wait for, each put into words once.
type describing struct {
	objects []Wait
	index   map[uintptr]int32
}

// often is after how many tasks a slice looks at the clock.
const often = 64

// turn goes on where it stopped, for one slice.
func (g *gathering) turn() (more bool) {
	begin := time.Now()
	if !g.began {
		g.count = g.monitor.loop.Counts()
		if t := g.monitor.loop.Current(); t != nil {
			g.current = t.ID()
		}
		g.began = true
	}
	for slots := g.monitor.watch.Slots(); g.next < slots; g.next++ {
		if t := g.monitor.watch.Holding(g.next); t != nil {
			n := g.note(t)
			n.slot = g.next
			g.notes = append(g.notes, n)
		}
		if g.slice > 0 && g.next%often == 0 && time.Since(begin) > g.slice {
			g.next++
			return true
		}
	}
	return false
}

// note notes what the loop tells of t. It is called on the loop.
func (d *describing) note(t *sched.Task) waitNote {
	n := waitNote{id: t.ID(), asked: int32(t.Canceling()), name: t.GivenName(), object: -1, begun: t.Begun()}
	switch w := t.Waiting().(type) {
	case nil:
	case *sched.Task:
		n.kind, n.target = taskType, w.ID()
	case sched.Text:
		n.kind, n.text = textType, string(w)
	default:
		n.kind = reflect.TypeOf(w)
		n.object = d.object(w, t)
	}
	return n
}

var taskType, textType = reflect.TypeFor[*sched.Task](), reflect.TypeFor[sched.Text]()

// object returns the index of what t waits for.
func (d *describing) object(w fmt.Stringer, t *sched.Task) int32 {
	at := (*[2]uintptr)(unsafe.Pointer(&w))[1]
	if i, ok := d.index[at]; ok {
		return i
	}
	if d.index == nil {
		d.index = map[uintptr]int32{}
	}
	i := int32(len(d.objects))
	d.index[at] = i
	o := Wait{Kind: kindOf(reflect.TypeOf(w)), Text: w.String(), Object: uint64(i) + 1}
	o.addHolders(t.Blockers())
	d.objects = append(d.objects, o)
	return i
}

// addHolders notes the tasks that hold something.
func (w *Wait) addHolders(tasks []*sched.Task) {
	for i, t := range tasks {
		if i == MaxHolders {
			w.More = len(tasks) - i
			return
		}
		w.Holders = append(w.Holders, t.ID())
	}
}

// apply puts what the loop has told into what was read from outside.
func (d *describing) apply(t *Task, n *waitNote) {
	t.Asked = int(n.asked)
	if n.name != "" {
		t.Name = n.name
	}
	switch {
	case n.kind == nil:
		t.Wait = nil
		if t.State = Ready; !n.begun {
			t.State = New
		}
	case n.object >= 0:
		t.State, t.Wait = Waiting, &d.objects[n.object]
	case n.kind == taskType:
		t.State, t.Wait = Waiting, &Wait{Kind: "task", Holders: []uint64{n.target}}
	case n.text == "a timer":
		t.State, t.Wait = Waiting, &Wait{Kind: "timer", Text: n.text}
	default:
		t.State, t.Wait = Waiting, &Wait{Kind: "event", Text: n.text}
	}
}
