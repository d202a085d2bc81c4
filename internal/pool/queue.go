package pool

// queue holds jobs, first in, first out, in a slice that is used again.
type queue struct {
	jobs  []Job
	first int // those before it were taken
}

func (q *queue) len() int { return len(q.jobs) - q.first }

func (q *queue) push(job Job) {
	if q.first > 64 && q.first > len(q.jobs)/2 {
		q.jobs = q.jobs[:copy(q.jobs, q.jobs[q.first:])]
		q.first = 0
	}
	q.jobs = append(q.jobs, job)
}

// pop takes the first job; the queue must not be empty.
func (q *queue) pop() Job {
	job := q.jobs[q.first]
	q.jobs[q.first] = nil
	if q.first++; q.first == len(q.jobs) {
		q.jobs, q.first = q.jobs[:0], 0
	}
	return job
}

// cut takes out all but the first n jobs.
func (q *queue) cut(n int) (rest []Job) {
	at := q.first + min(n, q.len())
	rest = append(rest, q.jobs[at:]...)
	clear(q.jobs[at:])
	q.jobs = q.jobs[:at]
	return rest
}
