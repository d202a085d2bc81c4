package policy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written are the documents whose Go code is compiled: whole programs, and
// declarations.
var written = []string{"README.md", "docs/from-errgroup.md", "docs/from-asyncio.md"}

var goBlock = regexp.MustCompile("(?s)```go\n((?:package|func|type) .*?)```")

// importable are the packages that a declaration may use without an import.
var importable = []string{
	"context", "errors", "fmt", "iter", "log", "net", "net/http", "slices", "sync", "testing", "time",
	"github.com/stretchr/testify/require",
	"github.com/gobaton/async", "github.com/gobaton/async/asynctest", "github.com/gobaton/async/primitives",
}

func TestTheProgramsInTheDocumentsCompile(t *testing.T) {
	root, err := os.Getwd()
	require.NoError(t, err)
	overlay := map[string]string{}
	packages := []string{"build", "-overlay", filepath.Join(t.TempDir(), "overlay.json")}
	for _, document := range written {
		text, err := os.ReadFile(document)
		require.NoError(t, err)
		for i, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "errgroup.") {
				continue // which the module does not require
			}
			dir := fmt.Sprintf("internal/policy/testdata/written/%s%d", strings.NewReplacer("/", "_", ".", "_").Replace(document), i)
			file := filepath.Join(t.TempDir(), "code.go")
			require.NoError(t, os.WriteFile(file, []byte(program(m[1])), 0o600))
			overlay[filepath.Join(root, dir, "code.go")] = file
			packages = append(packages, "./"+dir)
		}
	}
	require.GreaterOrEqual(t, len(overlay), 6)
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(packages[2], data, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", packages...).CombinedOutput()
	require.NoError(t, err, string(out))
}

// program makes a file of declarations.
func program(code string) string {
	if strings.HasPrefix(code, "package ") {
		return code
	}
	head := "package written\n"
	for _, imported := range importable {
		name := imported[strings.LastIndexByte(imported, '/')+1:]
		if slices.ContainsFunc([]string{" ", "(", "*", "\t", "]"}, func(before string) bool {
			return strings.Contains(code, before+name+".")
		}) {
			head += fmt.Sprintf("import %q\n", imported)
		}
	}
	return head + code
}
