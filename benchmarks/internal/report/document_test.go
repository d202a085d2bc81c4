package report

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

// whole returns a report of all headlines and charts, where ours takes half the
// time of each peer and CPython twenty times as much.
func whole() *Report {
	rep := New([]peers.Tool{{Name: "cpython", Version: "CPython 3.15.2"}, {Name: "node", Missing: "not in PATH"}}, 9, time.Second)
	rep.Date = "2026-11-21"
	rep.Machine = Machine{Cores: 2, CPU: "Fast", Caches: []Cache{{"L1", 32 << 10}, {"L3", 32 << 20}}}
	add := func(w measure.Workload, peer string) {
		w.Section, w.About = "A section", "What is done."
		w.Runners = []measure.Runner{{Name: measure.Ours}, {Name: peer}, {Name: "cpython"}}
		rep.Add(w, []measure.Round{{
			measure.Ours: {measure.Time: 50, measure.Allocs: 0.01, measure.Bytes: 0.2},
			peer:         {measure.Time: 100},
			"cpython":    {measure.Time: 1000},
		}}, nil)
	}
	for i, h := range headlines {
		w := measure.Workload{Name: h.workload, Chart: charts[0].name, Size: 10 * (i + 1)}
		w.Goals = []measure.Goal{{Metric: measure.Time, Peer: h.peer, AtMost: 0.6}, {Metric: measure.Time, Peer: "cpython", AtMost: 0.01}, {Metric: measure.Allocs, AtMost: 0}}
		add(w, h.peer)
	}
	for _, size := range []int{10, 1000} {
		add(measure.Workload{Name: "gathered", Chart: charts[1].name, Size: size}, "errgroup")
	}
	return rep
}

func TestDocumentHasGoalsTablesAndCharts(t *testing.T) {
	var out strings.Builder
	require.NoError(t, whole().document(&out, "go run . -report"))
	for _, part := range []string{
		"Written on 2026-11-21 by\n`go run . -report` in [benchmarks]",
		"- The machine: 2 cores of Fast, L1 32 KiB, L3 32 MiB\n",
		"- CPython 3.15.2\n",
		"- **node is missing: not in PATH**\n",
		"| a Yield of 2 tasks | a bare iter.Pull round trip | 0.5x | 20x |\n",
		"![What a Yield costs among so many tasks](benchmarks-yield.svg)\n",
		"16 of 24 are reached.\n",
		"| yield-2 | allocs/op | itself | 0 |  | 0 | yes |\n",
		"| yield-2 | ns/op | iterpull | 0.5 | 0.5-0.5 | 0.6 | yes |\n",
		"| yield-2 | ns/op | cpython | 1/20 | 1/20-1/20 | 1/100 | **no** |\n",
		"## A section\n\n### yield-2\n\nWhat is done. `go run . -run '^yield-2$'`\n",
		"| runner | ns/op | allocs/op | async takes | middle half | rounds |\n| --- | --- | --- | --- | --- | --- |\n| async | 50 | 0 |  |  | 1 |\n| iterpull | 100 |  | 0.5 | 0.5-0.5 | 1 |\n",
	} {
		require.Contains(t, out.String(), part)
	}
	require.Equal(t, 1, strings.Count(out.String(), "## A section"), "a section begins once")
}

func TestDocumentSaysWhichRunnersFailed(t *testing.T) {
	rep := whole()
	rep.Add(measure.Workload{Name: "w", Runners: []measure.Runner{{Name: "tokio"}}}, nil, map[string]error{"tokio": errors.New("exit status 1")})
	var out strings.Builder
	require.NoError(t, rep.document(&out, ""))
	require.Contains(t, out.String(), "- **tokio: exit status 1 failed in w**\n")
}

// readmeIn makes a folder with docs/ and this README.md.
func readmeIn(t *testing.T, text string) string {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "docs"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "README.md"), []byte(text), 0o644))
	return root
}

func TestWriteRewritesTheRegionOfTheReadmeAndNothingElse(t *testing.T) {
	root := readmeIn(t, "before\n"+begin+"old\n"+end+"after\n")
	files, err := whole().Write(root, "go run . -report")
	require.NoError(t, err)
	require.Equal(t, []string{"docs/benchmarks.md", "docs/benchmarks-yield.svg", "docs/benchmarks-gather.svg", "README.md"}, files)
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "before\n"+begin+"\n"+readmeIntro+"\n\n| work | against |"), "%s", text)
	require.True(t, strings.HasSuffix(string(text), "](docs/benchmarks-yield.svg)\n\n"+end+"after\n"), "%s", text)
	require.NotContains(t, string(text), "old")

	again, err := whole().inReadme(text)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again), "a second time changes nothing")
}

func TestWriteLeavesTheReadmeAloneWithoutAllOfItsRows(t *testing.T) {
	root := readmeIn(t, "no region")
	rep := whole()
	rep.Results = rep.Results[1:]
	files, err := rep.Write(root, "go run . -report")
	require.NoError(t, err)
	require.NotContains(t, files, "README.md")
}

func TestWriteRefusesAReadmeWithoutTheRegion(t *testing.T) {
	_, err := whole().Write(readmeIn(t, begin), "go run . -report")
	require.ErrorContains(t, err, "no region")
}

func TestKeepAddsWhatWasNotMeasuredInItsPlace(t *testing.T) {
	text, err := json.Marshal(whole())
	require.NoError(t, err)
	var earlier Report
	require.NoError(t, json.Unmarshal(text, &earlier))

	rep := whole()
	rep.Results = rep.Results[1:2]
	rep.Results[0].About = "measured anew"
	rep.Tools = nil
	require.NoError(t, rep.Keep(&earlier, []string{headlines[0].workload, headlines[1].workload}))
	require.Equal(t, headlines[0].workload, rep.result(headlines[0].workload).Name)
	require.Equal(t, "measured anew", rep.result(headlines[1].workload).About)
	require.Len(t, rep.Tools, 2)

	earlier.Machine.Cores = 96
	require.Error(t, rep.Keep(&earlier, nil), "another machine's ratios do not stand beside these")
}

func TestChartsHaveALineForEachRunnerWithTwoSizes(t *testing.T) {
	rep := whole()
	lines := rep.lines(charts[1].name)
	require.Len(t, lines, 3)
	require.Equal(t, measure.Ours, lines[0].Name)
	require.True(t, lines[0].Bold)
	require.Len(t, lines[0].Points, 2)
	rep.Results = rep.Results[len(rep.Results)-1:]
	require.Empty(t, rep.charts(), "one size makes no line")
}

func TestMarksSayHowManyTasksACacheHolds(t *testing.T) {
	rep := whole()
	require.Empty(t, rep.marks(), "the bytes of a task were not measured")
	rep.Add(measure.Workload{
		Name:  "memory-idle",
		Goals: []measure.Goal{{Metric: measure.TaskBytes, Peer: "iterpull", AtMost: measure.Open}},
	}, []measure.Round{{measure.Ours: {measure.TaskBytes: 1 << 10}, "iterpull": {measure.TaskBytes: 1 << 9}}}, nil)
	marks := rep.marks()
	require.Len(t, marks, 2)
	require.Equal(t, "L1 32 KiB full", marks[0].Name)
	require.InDelta(t, 32, marks[0].X, 1e-9)
}

func TestRatiosAreOfTheRoundsThatHaveBoth(t *testing.T) {
	rounds := []measure.Round{
		{measure.Ours: {measure.Time: 1}},
		{measure.Ours: {measure.Time: 10}, "peer": {measure.Time: 20}},
		{"peer": {measure.Time: 3}},
		{measure.Ours: {measure.Time: 40}, "peer": {measure.Time: 20}},
	}
	require.Equal(t, []float64{0.5, 2}, ratios(rounds, measure.Goal{Metric: measure.Time, Peer: "peer"}))
}

func TestTheMachineIsReadFromFiles(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"proc/cpuinfo":              "processor\t: 0\nmodel name\t: Quick 9000\n\nmodel name\t: other\n",
		"proc/meminfo":              "MemTotal:       24000000 kB\nMemFree: 1 kB\n",
		"proc/sys/kernel/osrelease": "6.1.0\n",
		"sys/devices/system/cpu/cpu0/cache/index0/size":      "32K\n",
		"sys/devices/system/cpu/cpu0/cache/index0/level":     "1\n",
		"sys/devices/system/cpu/cpu0/cache/index0/type":      "Data\n",
		"sys/devices/system/cpu/cpu0/cache/index1/size":      "64K\n",
		"sys/devices/system/cpu/cpu0/cache/index1/level":     "1\n",
		"sys/devices/system/cpu/cpu0/cache/index1/type":      "Instruction\n",
		"sys/devices/system/cpu/cpu0/cache/index2/size":      "8M\n",
		"sys/devices/system/cpu/cpu0/cache/index2/level":     "2\n",
		"sys/devices/system/cpu/cpu0/cache/index2/type":      "Unified\n",
		"sys/devices/system/cpu/cpu0/cache/index3/shared_by": "0\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	m := thisMachine(root)
	m.Cores = 2
	require.Equal(t, Machine{"Quick 9000", 2, 24000000 << 10, "6.1.0", []Cache{{"L1", 32 << 10}, {"L2", 8 << 20}}}, m)
	require.Equal(t, "2 cores of Quick 9000, L1 32 KiB, L2 8 MiB, 23 GiB of memory, kernel 6.1.0", m.String())

	m = thisMachine(t.TempDir())
	m.Cores = 4
	require.Equal(t, "4 cores", m.String(), "another system tells less")
}

func TestRatiosAreShownInThreeDigitsOrMore(t *testing.T) {
	for value, want := range map[float64]string{0: "", 0.0003636: "1/2750", 0.01: "1/100", 0.1: "1/10", 0.34: "1/2.94", 0.35: "0.35", 1.234: "1.23"} {
		require.Equal(t, want, ratio(value))
	}
}

func TestTimesAhead(t *testing.T) {
	require.Equal(t, "28x", times(28.4))
	require.Equal(t, "2.8x", times(2.79))
	require.Equal(t, "0.93x", times(0.931))
}
