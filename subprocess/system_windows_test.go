package subprocess_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/subprocess"
)

func TestAGroupIsEndedWholeOnWindows(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("fork", subprocess.Options{Group: true, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		for line := ""; !strings.HasPrefix(line, "sitting"); {
			line, err = p.Stdout.ReadLine(ctx)
			require.NoError(t, err)
		}
		_, err = p.Wait(ctx)
		require.NoError(t, err)
		require.NoError(t, p.Kill())
		_, err = p.Stdout.ReadAll(ctx) // ends when that of the process's own has
		require.NoError(t, err)
		require.ErrorIs(t, p.Kill(), os.ErrProcessDone)
		require.NoError(t, p.Close(ctx))
	})
}
