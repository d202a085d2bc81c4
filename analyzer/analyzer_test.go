package analyzer_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gobaton/async/analyzer"
)

func TestACoroutineThatIsDroppedIsFound(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.Unawaited, "unawaited")
}

func TestWhatBlocksTheLoopIsFound(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.Blocking, "blocking", "helper")
}

func TestAnOuterContextIsFound(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.OuterContext, "outerctx")
}
