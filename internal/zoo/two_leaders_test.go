package zoo

import (
	"context"
)

// Two nodes read that nobody leads, and both write their names.
var _ = bug("two leaders", "leader election without compare-and-set", func(z *zoo) {
	leader := ""
	leads := map[string]bool{}
	stand := func(ctx context.Context, name string) error {
		seen := leader
		if err := z.io(ctx); err != nil {
			return err
		}
		if seen != "" || z.fixed && leader != "" {
			return nil
		}
		leader = name
		leads[name] = true
		return nil
	}
	z.spawn(func(ctx context.Context) error { return stand(ctx, "a") })
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return stand(ctx, "b")
	})
	z.join()
	z.check(len(leads) <= 1, "%d lead", len(leads))
})
