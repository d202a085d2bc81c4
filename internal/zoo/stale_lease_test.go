package zoo

import (
	"context"
)

// A leader looks whether its lease is good, waits, and writes.
var _ = bug("stale read", "Kleppmann on locks with leases; Chubby's fencing tokens", func(z *zoo) {
	leader, log := "a", []string{}
	write := func(ctx context.Context, name string) error {
		if leader != name {
			return nil
		}
		if err := z.io(ctx); err != nil { // prepares the write
			return err
		}
		if z.fixed && leader != name {
			return nil
		}
		z.check(leader == name, "%s writes, and %s leads", name, leader)
		log = append(log, name)
		return nil
	}
	z.spawn(func(ctx context.Context) error { return write(ctx, "a") })
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		leader = "b"
		return write(ctx, "b")
	})
	z.join()
})
