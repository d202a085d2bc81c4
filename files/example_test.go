package files_test

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/gobaton/async"
	"github.com/gobaton/async/files"
)

// Lines reads ahead: there is one trip off the loop for each 64 KiB.
func ExampleLines() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return files.WithTempDir(ctx, "example*", func(ctx context.Context, dir string) error {
			name := filepath.Join(dir, "chores.txt")
			if err := files.WriteFile(ctx, name, []byte("dishes\nlaundry\npotatoes\n"), 0o600); err != nil {
				return err
			}
			n := 0
			for line, err := range files.Lines(ctx, name) {
				if err != nil {
					return err
				}
				n++
				fmt.Println(n, line)
			}
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 dishes
	// 2 laundry
	// 3 potatoes
}

// WriteBehind collects small writes; Close writes the last of them.
func ExampleFile_WriteBehind() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return files.WithTempDir(ctx, "example*", func(ctx context.Context, dir string) error {
			file, err := files.Create(ctx, filepath.Join(dir, "log.txt"))
			if err != nil {
				return err
			}
			file.WriteBehind(64 << 10)
			for i := range 1000 {
				if _, err := file.WriteString(ctx, fmt.Sprintln("line", i)); err != nil {
					return err
				}
			}
			if err := file.Close(ctx); err != nil {
				return err
			}
			info, err := files.Stat(ctx, file.Name())
			if err != nil {
				return err
			}
			fmt.Println(info.Size(), "bytes")
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 8890 bytes
}

// Walk comes to a folder before what is in it, in the order of the names.
func ExampleWalk() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return files.WithTempDir(ctx, "example*", func(ctx context.Context, dir string) error {
			for _, name := range []string{"b/c", "a"} {
				if err := files.MkdirAll(ctx, filepath.Join(dir, name), 0o700); err != nil {
					return err
				}
			}
			for entry, err := range files.Walk(ctx, dir) {
				if err != nil {
					return err
				}
				if entry.Path != dir {
					fmt.Println(entry.Name())
				}
			}
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// a
	// b
	// c
}
