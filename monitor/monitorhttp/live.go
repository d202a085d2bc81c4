package monitorhttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// How often a viewer is told of what has changed, and how long it may take to
// hear of it.
const (
	usualPeriod  = time.Second
	leastPeriod  = 200 * time.Millisecond
	mostPeriod   = time.Minute
	writeTimeout = 10 * time.Second
)

// live sends a view again and again, as server-sent events.
func (h *Handler) live(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case h.viewers <- struct{}{}:
		defer func() { <-h.viewers }()
	default:
		http.Error(w, "monitor: too many viewers: see Options.Viewers", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	ticker := time.NewTicker(period(r))
	defer ticker.Stop()
	for {
		v := h.latest.get().view(q)
		if !send(w, v) || v.Closed {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// period returns how often the viewer wants to be told.
func period(r *http.Request) time.Duration {
	ms, err := strconv.Atoi(r.URL.Query().Get("every"))
	if err != nil {
		return usualPeriod
	}
	return min(max(time.Duration(ms)*time.Millisecond, leastPeriod), mostPeriod)
}

// send sends a view, and reports whether the viewer is still there. One that
// does not read in time is left.
func send(w http.ResponseWriter, v *View) bool {
	data, err := json.Marshal(v)
	if err != nil {
		return false
	}
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(writeTimeout)) // where it can be set
	if _, err := fmt.Fprintf(w, "event: view\ndata: %s\n\n", data); err != nil {
		return false
	}
	return c.Flush() == nil
}
