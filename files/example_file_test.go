package files_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/gobaton/async"
	"github.com/gobaton/async/files"
)

// A File has one offset, which reads and writes move.
func ExampleFile() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return files.WithTempDir(ctx, "example*", func(ctx context.Context, dir string) error {
			file, err := files.Create(ctx, filepath.Join(dir, "a.txt"))
			if err != nil {
				return err
			}
			defer file.Close(ctx)
			if _, err := file.WriteString(ctx, "hello world"); err != nil {
				return err
			}
			if _, err := file.Seek(ctx, 6, io.SeekStart); err != nil {
				return err
			}
			rest, err := file.ReadAll(ctx)
			fmt.Printf("%s\n", rest)
			return err
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// world
}
