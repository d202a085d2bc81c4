package async_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/gobaton/async/procpool"
)

func TestMain(m *testing.M) {
	procpool.Main()
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // or each worker process takes a second to end under the race detector
	goleak.VerifyTestMain(m)
}
