package policy

import (
	"log"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests in the root of the module, which they read.
func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		log.Fatal(err)
	}
	goleak.VerifyTestMain(m)
}
