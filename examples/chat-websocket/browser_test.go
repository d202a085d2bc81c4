package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynchttp/websocket"
	"github.com/gobaton/async/subprocess"
)

// chromium is a headless Chromium, where there is one.
func chromium(t *testing.T) string {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium")
	return ""
}

// open starts a browser with a page, and returns the connection that its
// debugger offers for that.
func open(ctx context.Context, program, dir, page string) (*subprocess.Process, *websocket.Conn, error) {
	o := subprocess.Options{Stdin: subprocess.DevNull, Stdout: subprocess.DevNull, Stderr: subprocess.Pipe, Group: true}
	p, err := o.Exec(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+dir, "--remote-debugging-port=0", page)
	if err != nil {
		return nil, nil, err
	}
	for line, err := range p.Stderr.Lines(ctx) {
		if err != nil {
			return p, nil, err
		}
		if _, address, ok := strings.Cut(strings.TrimSpace(string(line)), "DevTools listening on "); ok {
			c, err := debug(ctx, address, page)
			return p, c, err
		}
	}
	return p, nil, errors.New("the browser has no debugger")
}

// debug connects to the debugger of a page.
func debug(ctx context.Context, address, page string) (*websocket.Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	client := new(asynchttp.Client)
	defer client.Close()
	for { // until the page is there
		var targets []struct{ URL, WebSocketDebuggerURL string }
		if err := client.GetJSON(ctx, "http://"+u.Host+"/json/list", &targets); err != nil {
			return nil, err
		}
		for _, target := range targets {
			if target.URL == page {
				return websocket.Dial(ctx, target.WebSocketDebuggerURL, nil)
			}
		}
	}
}

// evaluate lets a page evaluate an expression, whose value is a text, or a
// promise of one.
func evaluate(ctx context.Context, c *websocket.Conn, expression string) (string, error) {
	request, err := json.Marshal(map[string]any{"id": 1, "method": "Runtime.evaluate",
		"params": map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}})
	if err != nil {
		return "", err
	}
	if err := c.WriteText(ctx, string(request)); err != nil {
		return "", err
	}
	m, err := c.Read(ctx)
	if err != nil {
		return "", err
	}
	var answer struct {
		Result struct{ Result struct{ Value string } }
	}
	err = json.Unmarshal(m.Data, &answer)
	return answer.Result.Result.Value, err
}

// untilShown is the text of the page once it has a given one.
func untilShown(text string) string {
	return `new Promise(done => {
		const look = () => document.body.innerText.includes(` + "`" + text + "`" + `) ? done(document.body.innerText) : setTimeout(look, 5);
		look();
	})`
}

func TestABrowserTakesPart(t *testing.T) {
	program := chromium(t)
	err := chat(t, func(ctx context.Context, address string) {
		ann := enter(t, ctx, address, "Ann")
		defer ann.Abort()
		err := async.Timeout(ctx, 30*time.Second, func(ctx context.Context) error {
			browser, page, err := open(ctx, program, t.TempDir(), "http://"+address+"/?name=Eve&say=I+am+a+browser")
			if browser != nil {
				defer browser.Close(context.WithoutCancel(ctx))
			}
			require.NoError(t, err)
			defer page.Abort()
			hears(t, ctx, ann, "Eve is here")
			hears(t, ctx, ann, "Eve: I am a browser")
			require.NoError(t, ann.WriteText(ctx, "hello, Eve"))
			hears(t, ctx, ann, "Ann: hello, Eve")
			text, err := evaluate(ctx, page, untilShown("Ann: hello, Eve"))
			require.NoError(t, err)
			require.Contains(t, text, "Eve: I am a browser")
			require.Contains(t, text, "connected as Eve")

			_, err = evaluate(ctx, page, `document.getElementById("text").value = "from the form"; document.querySelector("button").click(); ""`)
			require.NoError(t, err)
			hears(t, ctx, ann, "Eve: from the form")
			require.NoError(t, browser.Close(ctx))
			hears(t, ctx, ann, "Eve has left")
			return nil
		})
		require.NoError(t, err)
	})
	require.NoError(t, err)
}
