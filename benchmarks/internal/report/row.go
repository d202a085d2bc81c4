package report

import (
	"math"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// A Row compares ours with a peer in one metric or, without a Peer, says what
// ours is. What was not measured is 0 and left out.
type Row struct {
	Workload string         `json:"workload"`
	Metric   measure.Metric `json:"metric"`
	Peer     string         `json:"peer,omitempty"`
	Ours     float64        `json:"ours"`             // the median
	Theirs   float64        `json:"theirs,omitempty"` // the median
	Ratio    float64        `json:"ratio,omitempty"`  // the median of the rounds' ours/theirs
	Spread   []float64      `json:"spread,omitempty"` // the quartiles of the rounds' ours/theirs
	Best     float64        `json:"best,omitempty"`   // our least value / their least value
	Rounds   int            `json:"rounds"`           // that it rests on
	AtMost   *float64       `json:"at_most,omitempty"`
	Reached  *bool          `json:"reached,omitempty"`
}

// rowsOf makes the rows of a workload: its goals, then the peers without one.
func rowsOf(w measure.Workload, rounds []measure.Round) []Row {
	var rows []Row
	for _, goal := range goalsOf(w) {
		if row, ok := rowOf(w, goal, rounds); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// goalsOf returns w's goals and an open one for the time of each other peer.
func goalsOf(w measure.Workload) []measure.Goal {
	goals := w.Goals
	timed := map[string]bool{measure.Ours: true}
	for _, goal := range goals {
		timed[goal.Peer] = timed[goal.Peer] || goal.Metric == measure.Time
	}
	for _, r := range w.Runners {
		if !timed[r.Name] {
			goals = append(goals[:len(goals):len(goals)], measure.Goal{Metric: measure.Time, Peer: r.Name, AtMost: measure.Open})
		}
	}
	return goals
}

// rowOf holds what the rounds found against a goal; ok is false if the peer, or
// ours without one, was not measured.
func rowOf(w measure.Workload, goal measure.Goal, rounds []measure.Round) (row Row, ok bool) {
	ours, theirs := series(rounds, measure.Ours, goal.Metric), series(rounds, goal.Peer, goal.Metric)
	paired := ratios(rounds, goal)
	row = Row{
		Workload: w.Name, Metric: goal.Metric, Peer: goal.Peer,
		Ours: median(ours), Theirs: median(theirs),
		Ratio: median(paired), Spread: quartiles(paired), Rounds: len(paired),
	}
	if row.Ratio != 0 {
		row.Best = least(ours) / least(theirs)
	}
	if goal.Peer == "" {
		row.Rounds = len(ours)
	}
	if len(ours) > 0 && (row.Ratio != 0 || goal.Peer == "") {
		row.judge(goal)
	}
	return row, len(theirs) > 0 || goal.Peer == "" && len(ours) > 0
}

// judge says whether a goal that has a bound is reached.
func (row *Row) judge(goal measure.Goal) {
	if goal.AtMost == measure.Open {
		return
	}
	value := row.Ratio
	if goal.Peer == "" {
		value = rounded(row.Ours, goal.Metric)
	}
	reached := value <= goal.AtMost
	row.AtMost, row.Reached = &goal.AtMost, &reached
}

// rounded drops what the measuring itself adds to an operation.
func rounded(value float64, metric measure.Metric) float64 {
	if metric == measure.Allocs {
		return math.Round(value*10) / 10
	}
	return math.Round(value)
}

// series collects a runner's values, one a round.
func series(rounds []measure.Round, runner string, metric measure.Metric) []float64 {
	var values []float64
	for _, round := range rounds {
		if value, ok := round[runner][metric]; ok {
			values = append(values, value)
		}
	}
	return values
}

// ratios divides ours by theirs in each round that has both, so that both of a
// ratio ran at about the same time.
func ratios(rounds []measure.Round, goal measure.Goal) []float64 {
	var values []float64
	for _, round := range rounds {
		ours, has := round[measure.Ours][goal.Metric]
		if theirs, ok := round[goal.Peer][goal.Metric]; ok && has {
			values = append(values, ours/theirs)
		}
	}
	return values
}
