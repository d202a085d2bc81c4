package monitorhttp

import (
	"crypto/rand"
	"net/http"
	"net/url"

	"github.com/gobaton/async/monitor"
)

// Options say where a monitor is shown, and to whom. The zero Options are
// ready: a free port of this machine, and a random token.
type Options struct {
	// Address is where Start listens; "": a free port on 127.0.0.1.
	Address string

	// Socket is the path of a Unix socket on which Start listens too, for
	// programs of the same user; "": none. A socket that nobody serves any
	// more is replaced.
	Socket string

	// Token is what a viewer has to know; "": a random one. It must not be
	// easy to guess.
	Token string

	// Hosts are names or addresses, without ports, by which the page may be
	// asked for beside those of the loopback, and from other machines too.
	Hosts []string

	// Viewers is how many may follow the changes at a time; 0: 32.
	Viewers int
}

// A Handler serves the page of a monitor and its JSON.
type Handler struct {
	monitor *monitor.Monitor
	guard   guard
	latest  latest
	viewers chan struct{} // a place for each
	mux     *http.ServeMux
}

// New makes the handler of m, to be mounted at a path that ends in a slash:
//
//	mux.Handle("/monitor/", http.StripPrefix("/monitor", h))
func New(m *monitor.Monitor, o Options) *Handler {
	if o.Token == "" {
		o.Token = rand.Text()
	}
	if o.Viewers == 0 {
		o.Viewers = 32
	}
	h := &Handler{
		monitor: m, guard: newGuard(o), latest: latest{monitor: m},
		viewers: make(chan struct{}, o.Viewers), mux: http.NewServeMux(),
	}
	h.mux.HandleFunc("GET /{$}", h.page)
	h.mux.Handle("GET /static/", assets())
	h.mux.HandleFunc("GET /api/snapshot", h.snapshot)
	h.mux.HandleFunc("GET /api/stats", h.stats)
	h.mux.HandleFunc("GET /api/view", h.view)
	h.mux.HandleFunc("GET /api/task", h.task)
	h.mux.HandleFunc("GET /api/ended", h.ended)
	h.mux.HandleFunc("GET /api/live", h.live)
	h.mux.HandleFunc("POST /api/cancel", h.cancel)
	return h
}

// Token returns what a viewer has to know.
func (h *Handler) Token() string { return h.guard.token }

// URL returns the address of the page with the token in it, where base is the
// address at which the handler is mounted.
func (h *Handler) URL(base string) string {
	return base + "?" + url.Values{tokenParameter: {h.guard.token}}.Encode()
}

// ServeHTTP answers a request, if it is allowed.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	if h.guard.allows(w, r) {
		h.mux.ServeHTTP(w, r)
	}
}
