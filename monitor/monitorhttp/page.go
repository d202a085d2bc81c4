package monitorhttp

import (
	"embed"
	"html/template"
	"net/http"
)

//go:embed static
var static embed.FS

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page writes the page. It carries the token for the requests that need it in a
// header.
func (h *Handler) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pageTemplate.Execute(w, map[string]any{ // the viewer has gone
		"Loop": h.monitor.Options().Name, "Token": h.guard.token, "SlowStep": h.monitor.Options().SlowStep.Microseconds(),
	})
}

// assets serves what the page is made of.
func assets() http.Handler { return http.FileServerFS(static) }
