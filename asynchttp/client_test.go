package asynchttp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Method", r.Method)
	w.Header().Set("X-Agent", r.Header.Get("User-Agent"))
	_, _ = io.Copy(w, r.Body)
}

func TestClientSendsAndReceives(t *testing.T) {
	base := serve(t, echo)
	client := &asynchttp.Client{Header: http.Header{"User-Agent": {"tester"}}}
	run(t, client, func(ctx context.Context) {
		response, err := client.Post(ctx, base, "text/plain", strings.NewReader("hello"))
		require.NoError(t, err)
		defer response.Close()
		require.Equal(t, "POST", response.Header.Get("X-Method"))
		require.Equal(t, "tester", response.Header.Get("X-Agent"))
		p := make([]byte, 2)
		n, err := response.Read(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "he", string(p[:n]))
		rest, err := response.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "llo", string(rest))
		_, err = response.Read(ctx, p)
		require.Equal(t, io.EOF, err)

		form, err := client.PostForm(ctx, base, url.Values{"a": {"1"}})
		require.NoError(t, err)
		text, err := form.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "a=1", string(text))
		form.Close()

		var answer struct{ N int }
		require.NoError(t, client.PostJSON(ctx, base, map[string]int{"N": 3}, &answer))
		require.Equal(t, 3, answer.N)

		head, err := client.Head(ctx, base)
		require.NoError(t, err)
		head.Close()
	})
}

func TestClientReadsLines(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for i := range 5000 {
			fmt.Fprintf(w, "line %d of some length\r\n", i)
		}
		fmt.Fprint(w, "the end")
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		response, err := client.Get(ctx, base)
		require.NoError(t, err)
		defer response.Close()
		n, last := 0, ""
		for line, err := range response.Lines(ctx) {
			require.NoError(t, err)
			if n < 5000 {
				require.Equal(t, fmt.Sprintf("line %d of some length", n), line)
			}
			n++
			last = line
		}
		require.Equal(t, 5001, n)
		require.Equal(t, "the end", last)
	})
}

func TestClientReturnsAStatusAsAnErrorWhereThereIsNoResponse(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no such page", http.StatusNotFound) })
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		_, err := client.GetBytes(ctx, base)
		var status *asynchttp.StatusError
		require.ErrorAs(t, err, &status)
		require.Equal(t, &asynchttp.StatusError{Status: 404, Text: "no such page\n"}, status)
		require.ErrorAs(t, client.GetJSON(ctx, base, new(int)), &status)
	})
}

func TestClientKeepsCookiesAndFollowsRedirectsAsTold(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/login":
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "me", Path: "/"})
			http.Redirect(w, r, "/home", http.StatusTemporaryRedirect)
		default:
			c, _ := r.Cookie("who")
			fmt.Fprint(w, r.URL.Path, c)
		}
	})
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &asynchttp.Client{Jar: jar}
	run(t, client, func(ctx context.Context) {
		page, err := client.GetBytes(ctx, base+"/login")
		require.NoError(t, err)
		require.Equal(t, "/homewho=me", string(page))
	})
	still := &asynchttp.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	run(t, still, func(ctx context.Context) {
		response, err := still.Get(ctx, base+"/login")
		require.NoError(t, err)
		response.Close()
		require.Equal(t, http.StatusTemporaryRedirect, response.StatusCode)
	})
}

// A redirect is a request of its own: it goes out on the same connection, with
// the body if the status says so.
func TestClientSendsBodiesAgainForARedirect(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/there" {
			http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
			return
		}
		echo(w, r)
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		for _, body := range []string{"", "hello"} {
			response, err := client.Post(ctx, base, "text/plain", strings.NewReader(body))
			require.NoError(t, err)
			text, err := response.ReadAll(ctx)
			require.NoError(t, err)
			require.Equal(t, body, string(text))
			require.Equal(t, "POST", response.Header.Get("X-Method"))
			response.Close()
		}
		_, err := client.GetBytes(ctx, base)
		require.NoError(t, err)
	})
}

func TestClientReusesAConnectionWhoseBodyWasRead(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RemoteAddr) })
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		first, err := client.GetBytes(ctx, base)
		require.NoError(t, err)
		for range 20 {
			again, err := client.GetBytes(ctx, base)
			require.NoError(t, err)
			require.Equal(t, string(first), string(again))
		}
	})
}

func TestClientLimitsConnectionsPerHost(t *testing.T) {
	var now, most atomic.Int64
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		fmt.Fprint(w, "ok")
	})
	client := &asynchttp.Client{LimitPerHost: 3}
	run(t, client, func(ctx context.Context) {
		_, err := async.Map(ctx, 50, make([]int, 300), func(ctx context.Context, _ int) ([]byte, error) {
			return client.GetBytes(ctx, base)
		})
		require.NoError(t, err)
	})
	require.LessOrEqual(t, most.Load(), int64(3))
}

// A server that never answers: the cancellation ends the request at the server,
// too, and gives its slot back.
func TestCancelOfARequestEndsItAndLeaksNoSlot(t *testing.T) {
	arrived, left := make(chan struct{}), make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(arrived)
			<-r.Context().Done()
			close(left)
		}
	})
	client := &asynchttp.Client{LimitPerHost: 1}
	run(t, client, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			_, err := client.Get(ctx, base+"/slow")
			return err
		})
		_, _, err := async.Recv(ctx, arrived)
		require.NoError(t, err)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		_, _, err = async.Recv(ctx, left)
		require.NoError(t, err)
		_, err = client.GetBytes(ctx, base)
		require.NoError(t, err, "the slot was given back")
	})
}

func TestCancelOfADownloadClosesItsConnection(t *testing.T) {
	left := make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "first")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(left)
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		response, err := client.Get(ctx, base)
		require.NoError(t, err)
		defer response.Close()
		got := async.NewFuture[string](ctx)
		task := async.Go(ctx, func(ctx context.Context) error {
			for line, err := range response.Lines(ctx) {
				if err != nil {
					return err
				}
				_ = got.SetResult(line)
			}
			return nil
		})
		line, err := got.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "first", line)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		_, _, err = async.Recv(ctx, left)
		require.NoError(t, err)
		_, err = response.ReadAll(ctx)
		require.Error(t, err, "the body is of no use any more")
	})
}

func TestTimeoutEndsARequest(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		ctx, cancel := async.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		_, err := client.Get(ctx, base)
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTwoReadersOfABodyPanic(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		response, err := client.Get(ctx, base)
		require.NoError(t, err)
		defer response.Close()
		reading := async.Go(ctx, func(ctx context.Context) error {
			_, err := response.ReadAll(ctx)
			return err
		})
		require.NoError(t, async.Yield(ctx))
		require.PanicsWithValue(t, "asynchttp: two tasks read one body: let one task read, and hand on to the other", func() {
			_, _ = response.ReadAll(ctx)
		})
		reading.Cancel()
		_ = reading.Wait(ctx)
	})
}

// rude serves one connection after another by hand: each answers the requests
// of its script, and closes.
func rude(t *testing.T, scripts ...[]string) (base string, requests *atomic.Int64) {
	listener, base := listen(t)
	requests = new(atomic.Int64)
	go func() {
		for i := 0; ; i++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			script := scripts[min(i, len(scripts)-1)]
			reader := bufio.NewReader(conn)
			for _, answer := range script {
				if _, err := http.ReadRequest(reader); err != nil {
					break
				}
				requests.Add(1)
				_, _ = io.WriteString(conn, answer)
			}
			_ = conn.Close()
		}
	}()
	return base, requests
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func TestARequestThatMayHaveRunIsNotSentAgain(t *testing.T) {
	base, requests := rude(t, []string{fine, ""}, []string{fine})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		_, err := client.GetBytes(ctx, base)
		require.NoError(t, err)
		_, err = client.GetBytes(ctx, base) // read by the server, and not answered
		var failed *asynchttp.RequestError
		require.ErrorAs(t, err, &failed)
		require.True(t, failed.Sent)
		require.EqualValues(t, 2, requests.Load())
	})
}

func TestARequestThatNeverLeftSaysSo(t *testing.T) {
	listener, base := listen(t)
	require.NoError(t, listener.Close())
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		_, err := client.Get(ctx, base)
		var failed *asynchttp.RequestError
		require.ErrorAs(t, err, &failed)
		require.False(t, failed.Sent)
		var dialing *net.OpError
		require.True(t, errors.As(err, &dialing))
	})
}

func TestBrokenAnswersAreErrors(t *testing.T) {
	for name, answer := range map[string]string{
		"garbage":      "\x00\x01 what\r\n\r\n",
		"half header":  "HTTP/1.1 200 OK\r\nContent-Le",
		"half body":    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
		"broken chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"nothing":      "",
	} {
		t.Run(name, func(t *testing.T) {
			base, _ := rude(t, []string{answer})
			client := new(asynchttp.Client)
			run(t, client, func(ctx context.Context) {
				_, err := client.GetBytes(ctx, base)
				require.Error(t, err)
			})
		})
	}
}

// An answer that is cut off at any byte is an error, or the whole answer.
func TestAnAnswerCutOffAtEachByte(t *testing.T) {
	for i := range len(fine) + 1 {
		base, _ := rude(t, []string{fine[:i]})
		client := new(asynchttp.Client)
		run(t, client, func(ctx context.Context) {
			page, err := client.GetBytes(ctx, base)
			if i < len(fine) {
				require.Error(t, err, "%q", fine[:i])
			} else {
				require.NoError(t, err)
				require.Equal(t, "ok", string(page))
			}
		})
	}
}
