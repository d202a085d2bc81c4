package blocking

import (
	"context"
	"testing"
	"time"

	"github.com/gobaton/async"
)

func TestBlocksOnPurpose(t *testing.T) {
	_ = async.Run(t.Context(), func(ctx context.Context) error {
		time.Sleep(1)
		return nil
	})
}
