package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const want = `Ann: 10 orders, 135 in all
Bob: 10 orders, 145 in all
Cid: 10 orders, 155 in all
`

func TestTheTotalsOfManyTasks(t *testing.T) {
	for _, file := range []string{":memory:", filepath.Join(t.TempDir(), "orders.db")} {
		var out bytes.Buffer
		require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error { return run(ctx, file, &out) }))
		require.Equal(t, want, out.String())
	}
}

// A statement without an end stands still when its task is canceled, and the
// connection is free for the next.
func TestACanceledStatementIsInterrupted(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		db, err := open(ctx, ":memory:")
		require.NoError(t, err)
		defer db.Close()
		err = async.Timeout(ctx, 10*time.Millisecond, func(ctx context.Context) error {
			return db.exec(ctx, `with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n`)
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		return db.exec(ctx, `create table t (x int)`)
	}))
}

func TestAnErrorOfTheDatabaseIsTheTasks(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		db, err := open(ctx, ":memory:")
		require.NoError(t, err)
		defer db.Close()
		require.ErrorContains(t, db.exec(ctx, `insert into nowhere values (1)`), "no such table")
		return nil
	}))
}
