// Files measures what it takes to write 300 files of 110,000 bytes each, in
// parts of 11,000: package files beside package os in a goroutine for each file,
// and beside aiofiles where a python3 has it. They take turns, round by round,
// each in a process of its own, and what counts is their ratio in a round.
//
//	go run ./files -files 300 -rounds 7
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/files"
)

//go:embed write.py
var writePy string

var (
	role   = flag.String("role", "", "what this process is; nothing: it starts the others")
	number = flag.Int("files", 300, "how many files")
	dir    = flag.String("dir", "", "where")
	rounds = flag.Int("rounds", 7, "how often each is measured")
	python = flag.String("python", "", "a python3 with aiofiles; nothing: the first that has it")
)

const parts = 10

var part = make([]byte, 11_000)

func main() {
	flag.Parse()
	if write, ok := writers[*role]; ok {
		start := time.Now()
		write()
		fmt.Println(time.Since(start).Seconds())
		return
	}
	kinds := []string{"os", "async"}
	if *python = findPython(); *python != "" {
		kinds = append(kinds, "aiofiles")
	} else {
		fmt.Println("aiofiles is missing: no python3 has it")
	}
	seconds, ratios := map[string][]float64{}, map[string][]float64{}
	for range *rounds {
		first := 0.0
		for _, k := range kinds {
			took := measure(k)
			if first == 0 {
				first = took
			}
			seconds[k] = append(seconds[k], took)
			ratios[k] = append(ratios[k], took/first)
		}
	}
	for _, k := range kinds {
		fmt.Printf("%-8s %7.1f ms, %.2fx\n", k, median(seconds[k])*1e3, median(ratios[k]))
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// measure has a process write, and returns how long it took for that.
func measure(k string) (seconds float64) {
	folder, err := os.MkdirTemp("", "files")
	must(err)
	defer os.RemoveAll(folder)
	cmd := exec.Command(os.Args[0], "-role", k, "-files", strconv.Itoa(*number), "-dir", folder)
	if k == "aiofiles" {
		cmd = exec.Command(*python, "-c", writePy, folder, strconv.Itoa(*number))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(err)
	_, err = fmt.Sscan(string(out), &seconds)
	must(err)
	written, err := filepath.Glob(filepath.Join(folder, "*"))
	must(err)
	if len(written) != *number {
		panic("not all were written")
	}
	return seconds
}

// findPython returns a python3 that has aiofiles, or nothing.
func findPython() string {
	for _, name := range []string{*python, "python3", "/usr/bin/python3"} {
		if name != "" && exec.Command(name, "-c", "import aiofiles").Run() == nil {
			return name
		}
	}
	return ""
}

var writers = map[string]func(){"os": writeOS, "async": writeAsync}

func path(i int) string { return filepath.Join(*dir, strconv.Itoa(i)) }

func writeOS() {
	var done sync.WaitGroup
	for i := range *number {
		done.Go(func() {
			file, err := os.Create(path(i))
			must(err)
			for range parts {
				_, err := file.Write(part)
				must(err)
			}
			must(file.Close())
		})
	}
	done.Wait()
}

func writeAsync() {
	must(async.Run(context.Background(), func(ctx context.Context) error {
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for i := range *number {
				tg.Go(func(ctx context.Context) error { return writeOne(ctx, path(i)) })
			}
			return nil
		})
	}))
}

func writeOne(ctx context.Context, name string) error {
	file, err := files.Create(ctx, name)
	if err != nil {
		return err
	}
	for range parts {
		if _, err := file.Write(ctx, part); err != nil {
			return err
		}
	}
	return file.Close(ctx)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
