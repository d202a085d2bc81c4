package monitor

import (
	"reflect"
	"strconv"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// reading puts the tasks together: what is read from outside first, then what
// only the loop can tell. That is little: what each object is that tasks wait
// for, asked once for all of them, and what tasks are called now.
type reading struct {
	monitor *Monitor
	now     time.Duration
	tasks   []Task
	names   *namer
	numbers []byte // the names of tasks that were given none, one behind the other
	ends    []int  // of each task, where its name ends there

	objects   []object
	byAddress map[address]int32
	objectOf  []int32 // of each task: the index of what it waits for; -1: nothing, or nothing to ask for

	questions []inquiry
	asked     int // questions
	began     bool
	current   uint64 // the task that runs: that which asks
	unknown   int    // errors that nobody has asked for
}

// address tells an object that tasks wait for from others.
type address struct {
	kind   reflect.Type
	target uint64
}

// object is what tasks wait for. It is asked for by one of these.
type object struct {
	Wait
	by int // the index of that task
}

// inquiry is what the loop is asked of one task, and its answer.
type inquiry struct {
	task     int // its index
	slot     uint32
	object   int32 // to be described; -1: none
	answered bool
	asked    int
	name     string
}

func (m *Monitor) newReading(now time.Duration) *reading {
	return &reading{monitor: m, now: now, names: newNamer(), byAddress: map[address]int32{}}
}

// readAll reads all tasks that have not ended.
func (r *reading) readAll() {
	n := r.monitor.watch.Count().Live
	r.tasks = make([]Task, 0, n+n/16+16)
	r.objectOf = make([]int32, 0, cap(r.tasks))
	r.numbers = make([]byte, 0, 11*cap(r.tasks))
	r.ends = make([]int, 0, cap(r.tasks))
	for slot := range r.monitor.watch.Slots() {
		if k, ok := r.monitor.watch.Read(slot); ok && k.State == sched.Pending {
			r.add(&k)
		}
	}
}

// add adds a task.
func (r *reading) add(k *sched.Known) {
	t := Task{
		ID: k.ID, Owner: k.Owner, Name: r.name(k), Function: r.names.function(k), Start: r.names.place(k.Start),
		Age: max(0, r.now-time.Duration(k.Born)), InState: max(0, r.now-time.Duration(k.Since)),
		Steps: k.Steps, State: Ready,
	}
	at, asks := int32(-1), k.Extra != nil
	if asks && k.Extra.Canceled != nil {
		t.Cancel = cause(k.Extra.Canceled)
	}
	switch {
	case k.Waits:
		t.State = Waiting
		if t.Wait = r.plainWait(k); t.Wait == nil {
			var first bool
			at, first = r.object(k)
			asks = asks || first
		}
	case k.Steps == 0 && !k.Begun:
		t.State = New
	}
	if asks {
		q := inquiry{task: len(r.tasks), slot: k.Slot, object: -1}
		if at >= 0 && r.objects[at].by == q.task {
			q.object = at
		}
		r.questions = append(r.questions, q)
	}
	r.tasks = append(r.tasks, t)
	r.objectOf = append(r.objectOf, at)
}

// name returns the name that a task was given at its beginning. It writes that
// of one that was given none behind the others, so that all are one string in
// the end.
func (r *reading) name(k *sched.Known) string {
	number, given := k.Number()
	if given == "" {
		r.numbers = append(r.numbers, "Task-"...)
		r.numbers = strconv.AppendUint(r.numbers, uint64(number), 10)
	}
	r.ends = append(r.ends, len(r.numbers))
	return given
}

// cutNames gives the tasks that have no name theirs.
func (r *reading) cutNames() {
	all, begin := string(r.numbers), 0
	for i, end := range r.ends {
		if r.tasks[i].Name == "" {
			r.tasks[i].Name = all[begin:end]
		}
		begin = end
	}
}

var (
	atTimer = &Wait{Kind: "timer", Text: "a timer"}
	atTurn  = &Wait{Kind: "turn", Text: "its turn to begin"}
)

// plainWait returns what a task waits for if nothing is to be asked for that;
// else nil.
func (r *reading) plainWait(k *sched.Known) *Wait {
	switch {
	case k.Awaits:
		return &Wait{Kind: "task", Holders: []uint64{k.Target}}
	case k.IsSleep():
		return atTimer
	case k.Kind == nil:
		return atTurn
	}
	return nil
}

// object returns the index of what a task waits for, and whether the task is
// the first that does.
func (r *reading) object(k *sched.Known) (at int32, first bool) {
	a := address{k.Kind, k.Target}
	at, known := r.byAddress[a]
	if !known {
		at = int32(len(r.objects))
		r.byAddress[a] = at
		kind := kindOf(k.Kind)
		r.objects = append(r.objects, object{Wait{Kind: kind, Text: "a " + kind, Object: uint64(at) + 1}, len(r.tasks)})
	}
	return at, !known
}

// often is after how many questions a turn looks at the clock.
const often = 16

// turn asks the loop, for one slice, and goes on where it stopped. It is called
// on the loop.
func (r *reading) turn() (more bool) {
	begin, m := time.Now(), r.monitor
	if !r.began {
		r.began = true
		r.unknown = m.loop.Counts().Unretrieved
		if t := m.loop.Current(); t != nil {
			r.current = t.ID()
		}
	}
	for ; r.asked < len(r.questions); r.asked++ {
		q := &r.questions[r.asked]
		if t := m.watch.Holding(q.slot); t != nil && t.ID() == r.tasks[q.task].ID {
			r.answer(q, t)
		}
		if r.asked%often == often-1 && time.Since(begin) > m.options.Slice && m.loop.Current() == nil {
			r.asked++
			return true
		}
	}
	return false
}

// answer answers what is asked of t.
func (r *reading) answer(q *inquiry, t *sched.Task) {
	q.answered, q.asked, q.name = true, t.Canceling(), t.GivenName()
	what := t.Waiting()
	if q.object < 0 || what == nil {
		return
	}
	o := &r.objects[q.object]
	o.Kind, o.Text = kindOf(reflect.TypeOf(what)), what.String()
	o.addHolders(t.Blockers())
}

// addHolders notes the tasks that hold something.
func (w *Wait) addHolders(tasks []*sched.Task) {
	w.Holders, w.More = nil, 0
	for i, t := range tasks {
		if i == MaxHolders {
			w.More = len(tasks) - i
			return
		}
		w.Holders = append(w.Holders, t.ID())
	}
}

// finish puts what was read and what the loop has told together.
func (r *reading) finish() {
	r.cutNames()
	for i := range r.questions {
		q := &r.questions[i]
		if t := &r.tasks[q.task]; q.answered {
			t.Asked = q.asked
			if q.name != "" {
				t.Name = q.name
			}
		}
	}
	for i, at := range r.objectOf {
		if at >= 0 {
			r.tasks[i].Wait = &r.objects[at].Wait
		}
	}
}
