package browser

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
	"github.com/gobaton/async/primitives"
)

var screenshots = flag.String("screenshots", "", "the `folder` that pictures of the page go to")

// browser starts a headless Chromium, where there is one, and returns the
// context that chromedp wants.
func browser(t *testing.T) context.Context {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	var path string
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium: on Debian, apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 900), chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	quiet := log.New(io.Discard, "", 0).Printf
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(quiet), chromedp.WithLogf(quiet))
	t.Cleanup(cancel)
	return ctx
}

// show runs program in a loop that is looked at, with a browser on its page.
func show(t *testing.T, o monitor.Options, program func(ctx context.Context), look func(ctx context.Context, s *monitorhttp.Server)) {
	page := browser(t)
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, o)
		defer m.Detach()
		s, err := monitorhttp.Start(m, monitorhttp.Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		program(ctx)
		return async.ToThread(ctx, func(context.Context) error {
			defer http.DefaultClient.CloseIdleConnections()
			if err := chromedp.Do(page, chromedp.Navigate(s.URL()), chromedp.WaitVisible("#tasks tbody tr")); err != nil {
				return err
			}
			look(page, s)
			return chromedp.Cancel(page)
		})
	}))
}

// text returns the text of the first element of a selector.
func text(t *testing.T, page context.Context, selector string) string {
	t.Helper()
	s, err := chromedp.Run(page, chromedp.Text(selector))
	require.NoError(t, err)
	return s
}

// until waits until an expression in the page is true.
func until(t *testing.T, page context.Context, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(page, 30*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond))); err != nil {
		all, _ := chromedp.Run(page, chromedp.Evaluate[string]("document.body.innerText"))
		require.NoError(t, err, "%s\n%s", expression, all)
	}
}

// run does things in the page.
func run(t *testing.T, page context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(page, 30*time.Second)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, steps...))
}

// picture keeps what the page looks like, where that is asked for.
func picture(t *testing.T, page context.Context, name string) {
	t.Helper()
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(page, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name), png, 0o644))
}

// rows is the number of rows in the table.
const rows = `document.querySelectorAll("#tasks tbody tr").length`

// office is a program with workers, a lock that all want, and a slow clerk.
func office(ctx context.Context) {
	var lock primitives.Lock
	work := func(ctx context.Context) error {
		for {
			if err := lock.With(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }); err != nil {
				return err
			}
		}
	}
	for i := range 30 {
		async.Go(async.Named(ctx, fmt.Sprintf("worker-%d", i+1)), work)
	}
	async.Go(async.Named(ctx, "clerk"), func(ctx context.Context) error {
		for {
			if err := async.Sleep(ctx, 5*time.Millisecond); err != nil {
				return err
			}
		}
	})
}

func TestPageFiltersOpensAndShowsWhatBlocksATask(t *testing.T) {
	show(t, monitor.Options{Name: "office"}, office, func(page context.Context, _ *monitorhttp.Server) {
		until(t, page, `document.querySelector("#tasks tbody").textContent.includes("29 ×")`)
		run(t, page, chromedp.SendKeys("#filter", "name:worker wait:lock"))
		until(t, page, `document.querySelector("#matches").textContent.startsWith("29 of")`)
		run(t, page, chromedp.Click(`#tasks tbody tr:nth-child(2)`))
		until(t, page, rows+" > 20")
		run(t, page, chromedp.Click(`tr[data-id="31"]`))
		until(t, page, `document.querySelectorAll("#detail .graph .box").length >= 2`)
		require.Contains(t, text(t, page, "#detail"), "worker-1")
		address, err := chromedp.Run(page, chromedp.Location())
		require.NoError(t, err)
		require.Contains(t, address, "task=31")
		require.Contains(t, address, "filter=name%3Aworker")
		require.NotContains(t, address, "token")
		picture(t, page, "monitor-task.png")

		run(t, page, chromedp.Navigate(address)) // a link that was copied
		until(t, page, `document.querySelectorAll("#detail .graph .box").length >= 2`)
		require.Contains(t, text(t, page, "#detail-name"), "worker")
	})
}

func TestPageCancelsATaskWithACause(t *testing.T) {
	show(t, monitor.Options{Name: "office"}, office, func(page context.Context, _ *monitorhttp.Server) {
		run(t, page, chromedp.SendKeys("#filter", "name:clerk"))
		until(t, page, `document.querySelector("#matches").textContent.startsWith("1 of")`)
		run(t, page, chromedp.Click(`tr[data-id="32"]`), chromedp.WaitVisible("#cancel"), chromedp.Click("#cancel"),
			chromedp.WaitVisible("#cancel-cause"), chromedp.SendKeys("#cancel-cause", "fired"), chromedp.Click("#cancel-yes"))
		until(t, page, `document.querySelector("#detail").textContent.includes("fired")`)
		run(t, page, chromedp.SetValue("#group", "ended"), chromedp.Evaluate[chromedp.Void](`document.querySelector("#group").dispatchEvent(new Event("change"))`))
		until(t, page, `document.querySelector("#tasks tbody").textContent.includes("fired")`)
		picture(t, page, "monitor-ended.png")
	})
}

func TestPageIsUsedByTheKeyboard(t *testing.T) {
	show(t, monitor.Options{Name: "office"}, office, func(page context.Context, _ *monitorhttp.Server) {
		const picked = `document.querySelector("#tasks tr.picked").textContent`
		run(t, page, chromedp.Focus("#tasks tbody tr"), chromedp.KeyEvent(kb.End))
		until(t, page, picked+`.includes("clerk")`)
		run(t, page, chromedp.KeyEvent(kb.ArrowUp))
		until(t, page, picked+`.includes("29 ×")`)
		run(t, page, chromedp.KeyEvent(kb.ArrowRight))
		until(t, page, rows+" > 20")
		run(t, page, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
		until(t, page, `document.querySelectorAll("#detail .graph .box").length >= 2`)
		run(t, page, chromedp.KeyEvent("c"), chromedp.WaitVisible("#cancel-cause"), chromedp.KeyEvent(kb.Escape))
		until(t, page, `!document.querySelector("dialog[open]")`)
		run(t, page, chromedp.KeyEvent(kb.Escape))
		until(t, page, `document.querySelector("#detail").hidden`)
		run(t, page, chromedp.KeyEvent("/"))
		until(t, page, `document.activeElement.id === "filter"`)
		run(t, page, chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ""`), chromedp.KeyEvent("clerk")) // the driver types the slash as well
		until(t, page, `document.querySelector("#matches").textContent.startsWith("1 of")`)
	})
}

func TestPageShowsWhatHoldsTheBaton(t *testing.T) {
	goOn := make(chan struct{})
	slow := monitor.Options{Name: "office", SlowStep: 50 * time.Millisecond}
	show(t, slow, func(ctx context.Context) {
		office(ctx)
		async.Go(async.Named(ctx, "blocker"), func(ctx context.Context) error {
			if err := async.Sleep(ctx, 3*time.Second); err != nil {
				return err
			}
			<-goOn
			return nil
		})
	}, func(page context.Context, _ *monitorhttp.Server) {
		until(t, page, `!document.querySelector("#holder").hidden && document.querySelector("#holder").textContent.includes("blocker")`)
		require.Contains(t, text(t, page, "#holder"), "has held the baton for")
		require.Contains(t, text(t, page, "#holder pre"), "TestPageShowsWhatHoldsTheBaton")
		until(t, page, `document.querySelector("#warnings").textContent.includes("holds baton")`)
		picture(t, page, "monitor-blocked.png")
		close(goOn)
		until(t, page, `document.querySelector("#holder").hidden`)
	})
}

func TestPageShowsAHundredThousandTasks(t *testing.T) {
	show(t, monitor.Options{Name: "many"}, func(ctx context.Context) {
		for i := range 100_000 {
			async.Go(async.Named(ctx, fmt.Sprintf("session-%d", i+1)), func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		}
	}, func(page context.Context, _ *monitorhttp.Server) {
		until(t, page, `document.querySelector("#tasks tbody").textContent.includes("100,000 ×")`)
		run(t, page, chromedp.Click(`#tasks tbody tr:nth-child(2)`))
		until(t, page, rows+" >= 500")
		until(t, page, `!document.querySelector("#more").hidden`)
		run(t, page, chromedp.SendKeys("#filter", "name:session-99999"))
		until(t, page, `document.querySelector("#matches").textContent.startsWith("1 of")`)
		picture(t, page, "monitor-many.png")
	})
}
