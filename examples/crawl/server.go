package main

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// startServer starts a server on this machine that has a page for each address,
// but for those that end with "missing", and one without a title for
// "untitled".
func startServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "missing"):
			http.NotFound(w, r)
		case strings.HasSuffix(r.URL.Path, "untitled"):
			fmt.Fprint(w, "<p>nothing")
		default:
			fmt.Fprintf(w, "<!doctype html><title>\n Page %s of %s\n</title><p>Hello", html.EscapeString(r.URL.Path), html.EscapeString(r.Host))
		}
	}))
}

// inside carries requests to a server on this machine, whatever their host.
func inside(server *httptest.Server) http.RoundTripper {
	to, _ := url.Parse(server.URL)
	return &local{to: to, transport: server.Client().Transport.(*http.Transport)}
}

type local struct {
	to        *url.URL
	transport *http.Transport
}

// RoundTrip carries a request.
func (l *local) RoundTrip(r *http.Request) (*http.Response, error) {
	there := r.Clone(r.Context())
	there.Host = r.URL.Host
	there.URL.Scheme, there.URL.Host = l.to.Scheme, l.to.Host
	return l.transport.RoundTrip(there)
}

// CloseIdleConnections closes them.
func (l *local) CloseIdleConnections() { l.transport.CloseIdleConnections() }
