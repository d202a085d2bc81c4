package asynchttp_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// sentParts answers with the parts of a form.
func sentParts(w http.ResponseWriter, r *http.Request) {
	form, err := r.MultipartReader()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return
		}
		size, _ := io.Copy(io.Discard, part)
		fmt.Fprintf(w, "%q %q %q %d\n", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), size)
	}
}

func TestPostMultipartSendsEachPart(t *testing.T) {
	base := serve(t, sentParts)
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		response, err := client.PostMultipart(ctx, base,
			asynchttp.Part{Name: "empty", Body: strings.NewReader("")},
			asynchttp.Part{Name: `a "name"`, ContentType: "text/plain", Body: strings.NewReader("value")},
			asynchttp.Part{Name: "file", FileName: "größe.bin", Body: iotest.HalfReader(bytes.NewReader(make([]byte, 200_000)))})
		require.NoError(t, err)
		defer response.Close()
		text, err := response.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, `"empty" "" "" 0`+"\n"+`"a \"name\"" "" "text/plain" 5`+"\n"+`"file" "größe.bin" "application/octet-stream" 200000`+"\n", string(text))
	})
}

func TestPostMultipartOfNoPartsIsAFormWithout(t *testing.T) {
	base := serve(t, sentParts)
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		response, err := client.PostMultipart(ctx, base)
		require.NoError(t, err)
		defer response.Close()
		text, err := response.ReadAll(ctx)
		require.NoError(t, err)
		require.Empty(t, text)
	})
}

func TestPostMultipartEndsWithTheErrorOfAPart(t *testing.T) {
	base := serve(t, sentParts)
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		_, err := client.PostMultipart(ctx, base, asynchttp.Part{Name: "x", Body: iotest.ErrReader(io.ErrNoProgress)})
		require.ErrorIs(t, err, io.ErrNoProgress)
	})
}

// countingTrips is a middleware of the client's side.
type countingTrips struct {
	http.RoundTripper
	n *int
}

func (c countingTrips) RoundTrip(r *http.Request) (*http.Response, error) {
	*c.n++
	return c.RoundTripper.RoundTrip(r)
}

// Routers and middlewares of the net/http world fit on both sides; forms are
// read off the loop by net/http's own methods.
func TestRoutersAndMiddlewaresFit(t *testing.T) {
	trips := 0
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	client := &asynchttp.Client{Transport: countingTrips{transport, &trips}}
	hello := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		err := async.ToThread(ctx, func(context.Context) error { return r.ParseMultipartForm(1 << 20) })
		fmt.Fprintf(w, "%s, %s", r.FormValue("greeting"), r.PathValue("name"))
		return err
	}}
	mux := http.NewServeMux()
	mux.Handle("POST /hello/{name}", http.StripPrefix("", hello))
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Through", "middleware")
		http.MaxBytesHandler(mux, 1<<20).ServeHTTP(w, r)
	})
	run(t, client, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		hello.Portals = []*async.Portal{portal}
		response, err := client.PostMultipart(ctx, base+"/hello/ada", asynchttp.Part{Name: "greeting", Body: strings.NewReader("good day")})
		require.NoError(t, err)
		defer response.Close()
		text, err := response.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "good day, ada", string(text))
		require.Equal(t, "middleware", response.Header.Get("X-Through"))
	})
	require.Equal(t, 1, trips)
}
