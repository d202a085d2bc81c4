package sched

// A sweep cancels many tasks, each as if by its own Cancel in the order they
// stand, in one walk over what they wait for.
//
// A cancellation is passed on to what the task awaits, and so on down. One by
// one the n tasks of a chain would be walked n*n/2 times, but only the first
// request that comes to a task goes on from there: for the others, which find
// everything below canceled, the sweep counts how many there would have been,
// as Canceling tells.
type sweep struct {
	visits map[*Task]*visit
	order  []*Task
	path   []*visit // the tasks whose cancellation is being passed on
}

// visit is what a sweep knows of a task.
type visit struct {
	awaits []*Task // the tasks that it has passed the request on to
	by     int     // how many tasks pass theirs on to it
	more   int     // requests beside the first
}

// cancelTasks cancels tasks in order.
func (l *Loop) cancelTasks(tasks []*Task, cause error) {
	if len(tasks) == 1 {
		tasks[0].Cancel(cause)
		return
	}
	s := &sweep{visits: make(map[*Task]*visit, len(tasks))}
	l.sweep = s
	defer func() { l.sweep = nil }()
	for _, t := range tasks {
		s.reach(t, cause)
	}
	s.count()
}

// cancel passes a request on to t.
func (s *sweep) cancel(t *Task, cause error) {
	if n := len(s.path); n > 0 {
		s.path[n-1].awaits = append(s.path[n-1].awaits, t)
	}
	s.reach(t, cause).by++
}

// reach makes the request of t, if it is the first.
func (s *sweep) reach(t *Task, cause error) *visit {
	if v := s.visits[t]; v != nil {
		v.more++
		return v
	}
	v := new(visit)
	s.visits[t] = v
	s.order = append(s.order, t)
	s.path = append(s.path, v)
	t.requests++
	t.request(nil, canceledBy(cause))
	s.path = s.path[:len(s.path)-1]
	return v
}

// count passes the further requests on, each task's after those of all that
// await it. Tasks that await each other in a circle are left out.
func (s *sweep) count() {
	var next []*Task
	for _, t := range s.order {
		if s.visits[t].by == 0 {
			next = append(next, t)
		}
	}
	for ; len(next) > 0; next = next[1:] {
		t := next[0]
		v := s.visits[t]
		for _, u := range v.awaits {
			w := s.visits[u]
			w.more += v.more
			if w.by--; w.by == 0 {
				next = append(next, u)
			}
		}
	}
	for _, t := range s.order {
		t.requests += uint32(s.visits[t].more)
	}
}
