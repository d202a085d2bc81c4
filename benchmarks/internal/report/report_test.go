package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMedianIsTheMiddle(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

// sampleOf returns a workload with a goal of each kind, and rounds in which a
// disturbance hits both runners.
func sampleOf() (measure.Workload, []measure.Round) {
	w := measure.Workload{
		Name:    "w",
		Runners: []measure.Runner{{Name: measure.Ours}, {Name: "chan"}, {Name: "other"}},
		Goals: []measure.Goal{
			{Metric: measure.Time, Peer: "chan", AtMost: 0.5},
			{Metric: measure.Allocs, AtMost: 0},
			{Metric: measure.Bytes, AtMost: measure.Open},
		},
	}
	var rounds []measure.Round
	for _, slowdown := range []float64{1, 5, 1} {
		rounds = append(rounds, measure.Round{
			measure.Ours: {measure.Time: 50 * slowdown, measure.Allocs: 0.01, measure.Bytes: 16},
			"chan":       {measure.Time: 100 * slowdown},
			"other":      {measure.Time: 1000 * slowdown},
		})
	}
	return w, rounds
}

func TestRowsAreTheGoalsAndTheOtherPeers(t *testing.T) {
	w, rounds := sampleOf()
	var text strings.Builder
	rep := New(nil, len(rounds), time.Second)
	rep.Add(w, rounds, nil)
	if err := writeMarkdown(&text, rep); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"| w | ns/op | chan | 50 | 100 | 0.5 | 0.5-0.5 | 0.5 | 0.5 | yes |",
		"| w | allocs/op |  | 0.01 |  |  |  |  | 0 | yes |",
		"| w | B/op |  | 16 |  |  |  |  |  |  |",
		"| w | ns/op | other | 50 | 1000 | 1/20 | 1/20-1/20 | 1/20 |  |  |",
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if got := lines[len(lines)-4:]; !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestWhatWasNotMeasuredIsNotJudged(t *testing.T) {
	w, rounds := sampleOf()
	for _, round := range rounds {
		delete(round, "chan")
		delete(round, measure.Ours)
	}
	rows := rowsOf(w, rounds)
	if len(rows) != 1 || rows[0].Peer != "other" || rows[0].Reached != nil {
		t.Errorf("got %+v", rows)
	}
}
