// Crawl prints the titles of web pages: of the first LIMIT of the addresses in
// FILE, one on a line, PARALLEL at a time.
//
//	crawl [-outside] [-rate 10] LIMIT PARALLEL FILE
//
// Unless it is told to go outside, a server of its own answers for all hosts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
	"golang.org/x/time/rate"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/files"
)

func main() {
	log.SetFlags(0)
	outside := flag.Bool("outside", false, "ask the real servers")
	perSecond := flag.Float64("rate", 10, "how many requests a second a host gets at most")
	flag.Parse()
	limit, parallel, err := numbers(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "usage: crawl [-outside] [-rate N] LIMIT PARALLEL FILE")
		os.Exit(2)
	}
	runner := async.Runner{Interrupt: true}
	err = runner.Run(context.Background(), func(ctx context.Context) error {
		urls, err := addresses(ctx, flag.Arg(2), limit)
		if err != nil {
			return err
		}
		client := new(asynchttp.Client)
		defer client.Close()
		if !*outside {
			server := startServer()
			defer server.Close()
			client.Transport = inside(server)
		}
		c := &crawler{client: client, pace: pace{each: rate.Limit(*perSecond)}, done: progress(len(urls))}
		pages, err := c.crawl(ctx, urls, parallel)
		print(os.Stdout, pages)
		return err
	})
	if err := errors.Join(err, runner.Close()); err != nil {
		log.Fatal(err)
	}
}

// numbers reads the first two arguments of three.
func numbers(args []string) (limit, parallel int, err error) {
	if len(args) != 3 {
		return 0, 0, errors.New("there are three arguments")
	}
	limit, err = strconv.Atoi(args[0])
	parallel, bad := strconv.Atoi(args[1])
	if err = errors.Join(err, bad); err == nil && (limit < 0 || parallel < 1) {
		err = errors.New("the numbers are too small")
	}
	return limit, parallel, err
}

// addresses returns the first lines of a file that are not empty.
func addresses(ctx context.Context, name string, limit int) (urls []string, err error) {
	for line, err := range files.Lines(ctx, name) {
		if err != nil {
			return nil, err
		}
		if line = strings.TrimSpace(line); line != "" && len(urls) < limit {
			urls = append(urls, line)
		}
	}
	return urls, nil
}

// progress returns what to call for each page: it moves a bar, where there is a
// terminal to show it.
func progress(n int) func() {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return func() {}
	}
	bar := progressbar.NewOptions(n, progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("pages"))
	return func() { _ = bar.Add(1) }
}

// print prints the titles, in the order of the file.
func print(w io.Writer, pages []page) {
	for _, p := range pages {
		switch {
		case p.err != nil:
			fmt.Fprintf(w, "%s - error: %s\n", p.url, strings.Join(strings.Fields(p.err.Error()), " "))
		case p.title == "":
			fmt.Fprintf(w, "%s - Missing\n", p.url)
		default:
			fmt.Fprintf(w, "%s - %s\n", p.url, p.title)
		}
	}
}
