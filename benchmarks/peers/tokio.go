package peers

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// debian is where Debian's librust-tokio-dev puts the crates. It stands in for
// crates.io where it is there.
const debian = "/usr/share/cargo/registry"

// buildTokio builds the programs in a folder that remove removes.
func (t *Tool) buildTokio() (remove func(), err error) {
	remove = func() {}
	cargo, err := exec.LookPath("cargo")
	if err != nil {
		return remove, err
	}
	folder, err := os.MkdirTemp("", "tokio-peer")
	if err != nil {
		return remove, err
	}
	remove = func() { os.RemoveAll(folder) }
	crate, err := fs.Sub(sources, "tokio")
	if err == nil {
		err = os.CopyFS(folder, crate)
	}
	if err != nil {
		return remove, err
	}
	build := exec.Command(cargo, buildArguments()...)
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		return remove, fmt.Errorf("cargo build: %w: %s", err, out)
	}
	lock, err := os.ReadFile(filepath.Join(folder, "Cargo.lock"))
	if err != nil {
		return remove, err
	}
	t.Version = "tokio " + lockedVersion(string(lock), "tokio") + ", current_thread"
	binary := filepath.Join(folder, "target", "release", "tokio-peer")
	t.command = func(p *measure.Program, benchtime time.Duration) *exec.Cmd {
		return exec.Command(binary, append([]string{p.Name}, p.Arguments(benchtime)...)...)
	}
	return remove, nil
}

func buildArguments() []string {
	args := []string{"build", "--release", "--quiet", "--target-dir", "target"}
	if _, err := os.Stat(debian); err != nil {
		return args
	}
	return append(args, "--offline",
		"--config", `source.crates-io.replace-with="debian"`,
		"--config", `source.debian.directory="`+debian+`"`)
}

// lockedVersion returns the version of a crate in a Cargo.lock.
func lockedVersion(lock, crate string) string {
	entry := regexp.MustCompile(`name = "` + regexp.QuoteMeta(crate) + `"\nversion = "([^"]+)"`)
	found := entry.FindStringSubmatch(lock)
	if found == nil {
		return "of an unknown version"
	}
	return found[1]
}
