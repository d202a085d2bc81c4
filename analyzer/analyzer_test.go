package analyzer_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gobaton/async/analyzer"
)

func TestUnawaitedFindsDroppedCoroutines(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.Unawaited, "unawaited")
}

func TestBlockingFindsWhatBlocksTheLoop(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.Blocking, "blocking", "helper")
}

func TestBlockingFindsCoroutinesGivenByNameAndWhatTheyCall(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.Blocking, "named")
}

func TestOuterContextFindsTheContextOfTheFunctionAround(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.OuterContext, "outerctx")
}

func TestContextFindsAwaitsUnderTheWrongContext(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), analyzer.Context, "contexts")
}

func TestValuesFindsWhatAnAwaitMakesWrong(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), analyzer.Values, "values")
}

// The corpus holds wrong lines, each with what is said of it, and right ones
// beside them.
func TestCorpusHasWrongAndRightSnippets(t *testing.T) {
	wrong, right := 0, 0
	wants, rights := regexp.MustCompile("(?m)// want `"), regexp.MustCompile(`(?m)// right`)
	err := filepath.WalkDir("testdata/src", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		text, err := os.ReadFile(name)
		wrong += len(wants.FindAllIndex(text, -1))
		right += len(rights.FindAllIndex(text, -1))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d wrong lines, %d right ones", wrong, right)
	if wrong < 55 || right < 22 {
		t.Errorf("%d wrong lines, %d right ones", wrong, right)
	}
}
