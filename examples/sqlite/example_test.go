package main_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite"

	"github.com/gobaton/async"
)

const slow = "with recursive n(i) as (select 1 union all select i + 1 from n) select 'slow', count(*) from n"

// A row is what each query of the example returns.
type row struct {
	customer string
	total    int
}

type database struct{ *sql.DB }

func (db database) query(ctx context.Context, statement string, args ...any) ([]row, error) {
	return async.ToThreadValue(ctx, func(ctx context.Context) (all []row, err error) {
		rows, err := db.QueryContext(ctx, statement, args...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var r row
			err = errors.Join(err, rows.Scan(&r.customer, &r.total))
			all = append(all, r)
		}
		return all, errors.Join(err, rows.Err())
	})
}

func orders(ctx context.Context, db database) error {
	if _, err := db.query(ctx, "create table orders (customer text, amount int)"); err != nil {
		return err
	}
	err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
		for i, customer := range []string{"Ann", "Bob", "Ann"} {
			async.GoValueIn(tg, func(ctx context.Context) ([]row, error) {
				return db.query(ctx, "insert into orders values (?, ?)", customer, i)
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = async.TimeoutValue(ctx, 20*time.Millisecond, func(ctx context.Context) ([]row, error) {
		return db.query(ctx, slow)
	})
	if errors.Is(err, async.ErrTimeout) {
		fmt.Println("too slow")
	}
	totals, err := db.query(ctx, "select customer, sum(amount) from orders group by customer")
	for _, r := range totals {
		fmt.Println(r.customer, r.total)
	}
	return err
}

// Statements of database/sql run off the loop. One that takes too long is
// interrupted by the driver, and its connection is free for the next.
func Example() {
	pool, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1) // each connection would have a database of its own
	err = async.Run(context.Background(), func(ctx context.Context) error { return orders(ctx, database{pool}) })
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// too slow
	// Ann 2
	// Bob 1
}
