package monitorhttp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// guard decides which requests are answered.
type guard struct {
	token  string
	cookie string   // its name, another one for each token: ports share cookies
	hosts  []string // beside those of the loopback
}

// tokenParameter is the token's place in the URL that is opened first.
const tokenParameter = "token"

// tokenHeader carries the token in requests that change something: no form, and
// no page of another origin, can set it.
const tokenHeader = "X-Monitor-Token"

func newGuard(o Options) guard {
	sum := sha256.Sum256([]byte(o.Token))
	return guard{token: o.Token, cookie: "monitor_" + hex.EncodeToString(sum[:4]), hosts: o.Hosts}
}

// ownerKey marks the connections that only the user of this process can make.
type ownerKey struct{}

// owned marks the context of such a connection.
func owned(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, ownerKey{}, true)
}

func isOwned(r *http.Request) bool { return r.Context().Value(ownerKey{}) != nil }

// allows reports whether r is to be answered. If it is not, it is answered
// already.
func (g *guard) allows(w http.ResponseWriter, r *http.Request) bool {
	if isOwned(r) {
		return true
	}
	switch {
	case !g.isOurs(r.Host):
		http.Error(w, "monitor: this host is not served: use 127.0.0.1, or name the host in Options.Hosts", http.StatusForbidden)
	case len(g.hosts) == 0 && !isLoopback(hostOf(r.RemoteAddr)):
		http.Error(w, "monitor: only this machine is served: name a host in Options.Hosts to serve others", http.StatusForbidden)
	case !sameOrigin(r):
		http.Error(w, "monitor: pages of other origins are not served", http.StatusForbidden)
	case g.opens(w, r):
	case !g.knows(r):
		http.Error(w, "monitor: the token is missing or wrong: open the URL that the program prints", http.StatusUnauthorized)
	default:
		return true
	}
	return false
}

// isOurs reports whether a request is for this machine by a name of the
// loopback, or by one that is allowed.
func (g *guard) isOurs(host string) bool {
	name := hostOf(host)
	return isLoopback(name) || slices.ContainsFunc(g.hosts, func(h string) bool { return strings.EqualFold(h, name) })
}

// hostOf returns a host without its port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// sameOrigin reports whether no page of another origin sent the request.
func sameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// opens answers a request that carries the token in its URL, with a cookie in
// its place.
func (g *guard) opens(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if r.Method != http.MethodGet || !g.isToken(query.Get(tokenParameter)) {
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	query.Del(tokenParameter)
	w.Header().Set("Location", "./?"+query.Encode()) // relative: the handler may be mounted anywhere
	w.WriteHeader(http.StatusSeeOther)
	return true
}

// knows reports whether r carries the token, and in a header if it changes
// something.
func (g *guard) knows(r *http.Request) bool {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if g.isToken(bearer) || g.isToken(r.Header.Get(tokenHeader)) {
		return true
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	c, err := r.Cookie(g.cookie)
	return err == nil && g.isToken(c.Value)
}

func (g *guard) isToken(s string) bool {
	return subtle.ConstantTimeCompare([]byte(s), []byte(g.token)) == 1
}
