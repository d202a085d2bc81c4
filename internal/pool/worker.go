package pool

// worker is a goroutine of a pool.
type worker struct {
	pool *Pool
	job  Job      // what it does
	jobs chan Job // what it is given while it is idle, nil to look at the queue; closed to end it
}

// start starts a worker with a job, or to look at the queue.
func (p *Pool) start(job Job) {
	p.workers++
	w := &worker{pool: p, job: job, jobs: make(chan Job, 1)}
	if job == nil {
		w.jobs <- nil
	}
	go w.run()
}

// run does one job after the other. The worker can be given the next one before
// it has delivered what the last one brought.
func (w *worker) run() {
	defer w.end()
	if w.job == nil {
		w.job = w.await()
	}
	for w.job != nil {
		job := w.job
		deliver := job.Perform()
		w.job = nil
		next, stay := w.pool.next(w)
		if deliver {
			job.Deliver()
		}
		if next == nil && stay {
			next = w.await()
		}
		w.job = next
	}
}

// await waits for a job; nil ends the worker.
func (w *worker) await() Job {
	for {
		job, open := <-w.jobs
		if job != nil || !open {
			return job
		}
		job, stay := w.pool.look(w)
		if job != nil || !stay {
			return job
		}
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
	p.wake()
	p.conclude()
}

// look returns what next does, to a worker that was woken: that was within the
// limit, even if the worker is not any more.
func (p *Pool) look(w *worker) (job Job, stay bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waking = false
	if p.queue.len() > 0 {
		return p.take(), true
	}
	return p.assign(w)
}

// next returns what w has to do when it has done its job: a job from the queue,
// staying idle, or neither.
func (p *Pool) next(w *worker) (job Job, stay bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.assign(w)
}

func (p *Pool) assign(w *worker) (job Job, stay bool) {
	switch {
	case p.limit > 0 && p.workers-p.lent > p.limit:
		return nil, false
	case p.queue.len() > 0:
		return p.take(), true
	case p.done != nil:
		return nil, false
	case p.keep(w):
		return nil, true
	}
	p.idle = append(p.idle, w)
	p.tidyLater()
	return nil, true
}

// take takes a job out of the queue for a worker that is about to do it, and
// wakes another for the next.
func (p *Pool) take() Job {
	job := p.queue.pop()
	p.wake()
	return job
}
