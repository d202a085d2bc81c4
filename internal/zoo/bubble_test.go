package zoo

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/gobaton/async/asynctest"
)

// inBubble explores a program that hands work to other goroutines.
func inBubble(t *testing.T, e asynctest.Explorer, body func(t testing.TB, ctx context.Context)) *verdict {
	v := &verdict{TB: t}
	synctest.Test(t, func(t *testing.T) {
		v.TB = t
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.Explore(v, body)
		}()
		<-done
	})
	return v
}
