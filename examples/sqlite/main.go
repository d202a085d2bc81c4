// Sqlite uses a blocking client library from tasks: database/sql, with a driver
// of an embedded database. Each query leaves the baton behind, so that the
// others go on.
//
//	go run . [-file FILE]
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"os"

	_ "modernc.org/sqlite"

	"github.com/gobaton/async"
)

func main() {
	file := flag.String("file", ":memory:", "the database")
	flag.Parse()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return run(ctx, *file, os.Stdout)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes some orders, many at once, and reads the sums of each customer.
func run(ctx context.Context, file string, out io.Writer) error {
	db, err := open(ctx, file)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.exec(ctx, `create table if not exists orders (customer text, amount int)`); err != nil {
		return err
	}
	customers := []string{"Ann", "Bob", "Cid"}
	err = async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for i := range 30 {
			tg.Go(func(ctx context.Context) error {
				return db.exec(ctx, `insert into orders values (?, ?)`, customers[i%len(customers)], i)
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	totals, err := db.totals(ctx)
	for _, t := range totals {
		fmt.Fprintf(out, "%s: %d orders, %d in all\n", t.customer, t.orders, t.sum)
	}
	return err
}

// database is an sql.DB for tasks.
type database struct{ *sql.DB }

// open opens a database file, which may be :memory:.
func open(ctx context.Context, file string) (database, error) {
	db, err := async.ToThreadValue(ctx, func(ctx context.Context) (*sql.DB, error) {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1) // each connection to :memory: would have a database of its own
		return db, db.PingContext(ctx)
	})
	return database{db}, err
}

// exec performs a statement without rows. If ctx is canceled first, the driver
// interrupts it.
func (db database) exec(ctx context.Context, statement string, args ...any) error {
	return async.ToThread(ctx, func(ctx context.Context) error {
		_, err := db.ExecContext(ctx, statement, args...)
		return err
	})
}

// total is what a customer has ordered.
type total struct {
	customer    string
	orders, sum int
}

// totals reads the totals of all customers. The rows are read off the loop too:
// each may block.
func (db database) totals(ctx context.Context) ([]total, error) {
	return async.ToThreadValue(ctx, func(ctx context.Context) (all []total, err error) {
		rows, err := db.QueryContext(ctx, `select customer, count(*), sum(amount) from orders group by customer order by customer`)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var t total
			if err := rows.Scan(&t.customer, &t.orders, &t.sum); err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		return all, rows.Err()
	})
}
