package zoo

import (
	"context"
)

// A task compares what it has read before an await with what is there after it,
// and takes the same value for the same state.
var _ = bug("ABA", "Treiber's stack; optimistic updates without a version", func(z *zoo) {
	owner, version := "nobody", 0
	set := func(name string) { owner, version = name, version+1 }
	writes := 0
	z.spawn(func(ctx context.Context) error {
		before, seen := owner, version
		if err := z.io(ctx); err != nil {
			return err
		}
		if owner == before && (!z.fixed || version == seen) {
			z.check(version == seen, "the owner has changed %d times meanwhile", version-seen)
			writes++
		}
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 2); err != nil {
			return err
		}
		set("other")
		err := z.io(ctx)
		set("nobody")
		return err
	})
	z.join()
})
