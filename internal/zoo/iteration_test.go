package zoo

import (
	"context"
	"slices"
)

// A list of subscribers is walked by index, with an await for each, and one
// unsubscribes on the way: the one behind it is skipped.
var _ = bug("iteration invalidated across an await", "dictionary changed size during iteration; aiohttp's on_shutdown", func(z *zoo) {
	subscribers := []string{"a", "b", "c"}
	told := map[string]bool{}
	z.spawn(func(ctx context.Context) error {
		all := subscribers
		if z.fixed {
			all = slices.Clone(all)
		}
		for i := 0; i < len(all); i++ {
			if !z.fixed {
				all = subscribers
				if i >= len(all) {
					break
				}
			}
			told[all[i]] = true
			if err := z.io(ctx); err != nil {
				return nil
			}
		}
		z.check(told["b"] && told["c"], "told only %v", told)
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 6); err != nil {
			return err
		}
		subscribers = slices.DeleteFunc(slices.Clone(subscribers), func(s string) bool { return s == "a" })
		return nil
	})
	z.join()
})
