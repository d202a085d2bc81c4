package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSaveAllWritesEachFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		return saveAll(ctx, dir, 300, 10)
	}))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 300)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		require.EqualValues(t, 110_000, info.Size())
	}
}

func TestSaveAllReturnsTheErrorOfTheSystem(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	err := async.Run(t.Context(), func(ctx context.Context) error {
		return saveAll(ctx, missing, 3, 1)
	})
	require.ErrorIs(t, err, os.ErrNotExist)
}
