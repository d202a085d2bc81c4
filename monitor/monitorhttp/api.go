package monitorhttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gobaton/async/monitor"
)

// A Detail is a task with what surrounds it.
type Detail struct {
	Task     *monitor.Task      `json:"task,omitempty"`     // nil: it has ended
	Ended    *monitor.EndedTask `json:"ended,omitempty"`    // if it has, and is remembered
	Stack    []monitor.Place    `json:"stack,omitempty"`    // where it is suspended, innermost call first
	Chain    []monitor.Task     `json:"chain,omitempty"`    // the way from the task to what blocks it
	Cycle    bool               `json:"cycle,omitempty"`    // that way comes back to one of its tasks
	Waiters  []monitor.Task     `json:"waiters,omitempty"`  // tasks that wait for it, the first of them
	Children int                `json:"children,omitempty"` // how many tasks it owns
}

// mostWaiters is how many tasks that wait for one a Detail has.
const mostWaiters = 20

func (h *Handler) snapshot(w http.ResponseWriter, _ *http.Request) {
	answer(w, h.latest.get().Snapshot)
}

func (h *Handler) stats(w http.ResponseWriter, _ *http.Request) { answer(w, h.monitor.Stats()) }

func (h *Handler) view(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, h.latest.get().view(q))
}

func (h *Handler) task(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseUint(r.URL.Query().Get("id"), 10, 64)
	if err != nil {
		http.Error(w, "monitor: id has to be the number of a task", http.StatusBadRequest)
		return
	}
	d := h.detail(id)
	if d.Task == nil && d.Ended == nil {
		http.Error(w, fmt.Sprintf("monitor: there is no task %d, nor is it among the last that have ended", id), http.StatusNotFound)
		return
	}
	answer(w, d)
}

// detail returns what is known of the task of a number.
func (h *Handler) detail(id uint64) *Detail {
	c := h.latest.get()
	d := &Detail{Task: c.Task(id)}
	if d.Task == nil {
		for _, t := range h.monitor.Ended().Tasks {
			if t.ID == id {
				d.Ended = &t
				break
			}
		}
		return d
	}
	d.Stack, _ = h.monitor.Stack(id) // it may have ended by now
	chain := c.Chain(id)
	for i, t := range chain {
		d.Cycle = d.Cycle || i > 0 && t == chain[0]
		d.Chain = append(d.Chain, *t)
	}
	for i := range c.Tasks {
		if t := &c.Tasks[i]; t.Owner == id {
			d.Children++
		}
		if len(d.Waiters) < mostWaiters && waitsFor(&c.Tasks[i], id) {
			d.Waiters = append(d.Waiters, c.Tasks[i])
		}
	}
	return d
}

func waitsFor(t *monitor.Task, id uint64) bool {
	if t.Wait == nil {
		return false
	}
	for _, holder := range t.Wait.Holders {
		if holder == id {
			return true
		}
	}
	return false
}

func (h *Handler) ended(w http.ResponseWriter, r *http.Request) {
	history := h.monitor.Ended()
	f := parseFilter(r.URL.Query().Get("filter"))
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit <= 0 {
		limit = usualRows
	}
	kept := []monitor.EndedTask{}
	for i := range history.Tasks {
		if t := &history.Tasks[i]; len(kept) < limit && f.keepsEnded(t) {
			kept = append(kept, *t)
		}
	}
	history.Tasks = kept
	answer(w, history)
}

// cancelRequest is what a canceling request says.
type cancelRequest struct {
	ID    uint64 `json:"id"`
	Cause string `json:"cause"`
}

func (h *Handler) cancel(w http.ResponseWriter, r *http.Request) {
	var c cancelRequest
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil || c.ID == 0 {
		http.Error(w, `monitor: say which task, as {"id": 7, "cause": "it hangs"}`, http.StatusBadRequest)
		return
	}
	var cause error
	if c.Cause != "" {
		cause = errors.New(c.Cause)
	}
	switch err := h.monitor.Cancel(c.ID, cause); {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, monitor.ErrUnknownTask):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, monitor.ErrNoAnswer):
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	default:
		http.Error(w, err.Error(), http.StatusGone)
	}
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the viewer has gone
}
