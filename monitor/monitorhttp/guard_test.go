package monitorhttp_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

func body(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

func TestRequestsWithoutRightsAreRefused(t *testing.T) {
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	withHandler(t, func(_ context.Context, h *monitorhttp.Handler) {
		cookie := login(t, h)
		for _, test := range []struct {
			name string
			make func(r *http.Request)
			get  int
			post int
		}{
			{"the token in a header", set("Authorization", "Bearer "+token), 200, 204},
			{"the token in the page's header", set("X-Monitor-Token", token), 200, 204},
			{"no token", func(*http.Request) {}, 401, 401},
			{"a wrong token", set("Authorization", "Bearer nonsense"), 401, 401},
			{"an empty token", set("Authorization", "Bearer "), 401, 401},
			{"the cookie alone changes nothing", func(r *http.Request) { r.AddCookie(cookie) }, 200, 401},
			{"a wrong cookie", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie.Name, Value: "x"}) }, 401, 401},
			{"another host", func(r *http.Request) { r.Host = "evil.example:8080"; r.AddCookie(cookie) }, 403, 403},
			{"a name that begins like this machine", func(r *http.Request) { r.Host = "localhost.evil.example"; r.AddCookie(cookie) }, 403, 403},
			{"no host", func(r *http.Request) { r.Host = ""; r.AddCookie(cookie) }, 403, 403},
			{"this machine by name", func(r *http.Request) { r.Host = "LOCALHOST:8080"; r.AddCookie(cookie) }, 200, 401},
			{"this machine by its other address", func(r *http.Request) { r.Host = "[::1]:8080"; r.AddCookie(cookie) }, 200, 401},
			{"another machine", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1234"; r.AddCookie(cookie) }, 403, 403},
			{"another origin", both(set("Origin", "http://evil.example"), set("X-Monitor-Token", token)), 403, 403},
			{"another port is another origin", both(set("Origin", "http://127.0.0.1:9999"), set("X-Monitor-Token", token)), 403, 403},
			{"no origin", both(set("Origin", "null"), set("X-Monitor-Token", token)), 403, 403},
			{"the own origin", both(set("Origin", "http://127.0.0.1:8080"), set("X-Monitor-Token", token)), 200, 204},
			{"another site", both(set("Sec-Fetch-Site", "cross-site"), set("X-Monitor-Token", token)), 403, 403},
			{"a neighbor on this site", both(set("Sec-Fetch-Site", "same-site"), set("X-Monitor-Token", token)), 403, 403},
		} {
			for _, path := range []string{"/", "/static/page.js", "/api/snapshot", "/api/stats", "/api/view", "/api/ended", "/api/task?id=1"} {
				r := request("GET", path)
				test.make(r)
				require.Equal(t, test.get, answer(h, r).Code, "%s: %s", test.name, path)
			}
			r := request("POST", "/api/cancel")
			r.Body = body(`{"id": 1}`)
			test.make(r)
			require.Equal(t, test.post, answer(h, r).Code, test.name)
		}
	})
}

func both(a, b func(*http.Request)) func(*http.Request) {
	return func(r *http.Request) { a(r); b(r) }
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// login opens the page as a browser does, and returns its cookie.
func login(t *testing.T, h *monitorhttp.Handler) *http.Cookie {
	w := answer(h, request("GET", h.URL("/")+"&filter=x"))
	require.Equal(t, http.StatusSeeOther, w.Code)
	require.Equal(t, "./?filter=x", w.Header().Get("Location"), "the token leaves the address")
	cookie := w.Result().Cookies()[0]
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	return cookie
}

func TestTheTokenInAnAddressOpensNothingIfItIsWrong(t *testing.T) {
	withHandler(t, func(_ context.Context, h *monitorhttp.Handler) {
		w := answer(h, request("GET", "/?token=nonsense"))
		require.Equal(t, http.StatusUnauthorized, w.Code)
		require.Empty(t, w.Result().Cookies())
		require.Equal(t, http.StatusUnauthorized, answer(h, request("POST", h.URL("/api/cancel"))).Code)
	})
}

func TestPagesOfOthersCannotFrameOrReadIt(t *testing.T) {
	withHandler(t, func(_ context.Context, h *monitorhttp.Handler) {
		head := answer(h, trusted("GET", "/")).Header()
		require.Contains(t, head.Get("Content-Security-Policy"), "frame-ancestors 'none'")
		require.Contains(t, head.Get("Content-Security-Policy"), "default-src 'none'")
		require.Equal(t, "same-origin", head.Get("Cross-Origin-Resource-Policy"))
		require.Equal(t, "no-store", head.Get("Cache-Control"))
		require.Empty(t, head.Get("Access-Control-Allow-Origin"))
	})
}

func TestHostsThatAreNamedAreServed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		h := monitorhttp.New(m, monitorhttp.Options{Token: token, Hosts: []string{"box.example"}})
		r := trusted("GET", "/api/stats")
		r.Host, r.RemoteAddr = "box.example:80", "192.0.2.1:1234"
		require.Equal(t, http.StatusOK, answer(h, r).Code)
		r.Host = "other.example"
		require.Equal(t, http.StatusForbidden, answer(h, r).Code)
	})
}

func TestTokensDiffer(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		first, second := monitorhttp.New(m, monitorhttp.Options{}), monitorhttp.New(m, monitorhttp.Options{})
		require.NotEqual(t, first.Token(), second.Token())
		require.GreaterOrEqual(t, len(first.Token()), 26, "128 bits")
	})
}
