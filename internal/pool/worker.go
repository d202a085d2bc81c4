package pool

// worker is a goroutine of a pool.
type worker struct {
	pool *Pool
	job  Job      // what it does
	jobs chan Job // what it is given while it is idle; closed to end it
}

// start starts a worker.
func (p *Pool) start(job Job) {
	p.workers++
	w := &worker{pool: p, job: job, jobs: make(chan Job, 1)}
	go w.run()
}

// run does one job after the other. The worker can be given the next one before
// it has delivered what the last one brought.
func (w *worker) run() {
	defer w.end()
	for w.job != nil {
		job := w.job
		deliver := job.Perform()
		w.job = nil
		next, stay := w.pool.next(w)
		if deliver {
			job.Deliver()
		}
		if next == nil && stay {
			next = <-w.jobs
		}
		w.job = next
	}
}

// end takes w off the pool. A worker that still has a job was ended by a Goexit
// in it.
func (w *worker) end() {
	if w.job != nil {
		w.job.Deliver()
	}
	p := w.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers--
	p.refill()
	p.conclude()
}

// next returns what w has to do when it has done its job: a job from the queue,
// staying idle, or neither.
func (p *Pool) next(w *worker) (job Job, stay bool) {
	if p.keeps && p.keep(w) {
		return nil, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.limit > 0 && p.workers-p.lent > p.limit:
		return nil, false
	case len(p.queue) > 0:
		return p.first(), true
	case p.done != nil:
		return nil, false
	}
	p.idle = append(p.idle, w)
	p.tidyLater()
	return nil, true
}
