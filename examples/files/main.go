// Files writes files at once: 300 of them, of ten parts each, unless told
// otherwise.
//
//	files [-n 300] [-parts 10] DIR
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/files"
)

func main() {
	n := flag.Int("n", 300, "how many files to write")
	parts := flag.Int("parts", 10, "how many parts of 11,000 bytes a file has")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: files [-n N] [-parts N] DIR")
		os.Exit(2)
	}
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return saveAll(ctx, flag.Arg(0), *n, *parts)
	})
	if err != nil {
		log.Fatal(err)
	}
}

// saveAll writes n files into dir, all at once. The first error ends the rest.
func saveAll(ctx context.Context, dir string, n, parts int) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for i := range n {
			tg.Go(func(ctx context.Context) error {
				return save(ctx, filepath.Join(dir, fmt.Sprintf("%d.txt", i)), parts)
			})
		}
		return nil
	})
}

// save writes one file, with one trip off the loop for each 64 KiB.
func save(ctx context.Context, name string, parts int) (err error) {
	file, err := files.Create(ctx, name)
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(async.Uncancel(ctx)); err == nil {
			err = closing
		}
	}()
	file.WriteBehind(64 << 10)
	part := strings.Repeat("xxxxxxxxxxx", 1000)
	for range parts {
		if _, err := file.WriteString(ctx, part); err != nil {
			return err
		}
	}
	return nil
}
