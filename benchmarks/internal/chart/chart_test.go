package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// drawn returns a chart's SVG, which it checks to be well-formed.
func drawn(t *testing.T, c *Chart) string {
	var out strings.Builder
	require.NoError(t, c.Draw(&out))
	decoder := xml.NewDecoder(strings.NewReader(out.String()))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		require.NoError(t, err)
	}
}

func sample() *Chart {
	return &Chart{
		Title: "A <chart> & more",
		X:     "tasks",
		Lines: []Line{
			{Name: "ours", Bold: true, Points: []Point{{10, 100}, {1000, 1000}}},
			{Name: "a<b", Points: []Point{{10, 1000}, {100, 1000}, {1000, 10_000}}},
		},
		Marks: []Mark{{"L2 & L3", 100}, {"beyond", 1e7}},
	}
}

func TestDrawPutsPowersOfTenAtEqualDistances(t *testing.T) {
	svg := drawn(t, sample())
	// The plot goes from 64 to 610, and from 384 up to 62.
	require.Contains(t, svg, `<polyline class="line bold s0" points="64.0,384.0 610.0,223.0"/>`)
	require.Contains(t, svg, `<polyline class="line s1" points="64.0,223.0 337.0,223.0 610.0,62.0"/>`)
	require.Contains(t, svg, `x1="337.0" y1="56" x2="337.0" y2="384"`, "the mark")
}

func TestDrawEscapesAndLeavesOutMarksBeyondTheAxis(t *testing.T) {
	svg := drawn(t, sample())
	require.Contains(t, svg, ">A &lt;chart&gt; &amp; more</text>")
	require.Contains(t, svg, ">L2 &amp; L3</text>")
	require.Contains(t, svg, ">a&lt;b</text>")
	require.NotContains(t, svg, "beyond")
}

func TestDrawNamesTheAxes(t *testing.T) {
	svg := drawn(t, sample())
	for _, tick := range []string{"10", "100", "1k", "100 ns", "1 µs", "10 µs", "tasks"} {
		require.Contains(t, svg, ">"+tick+"</text>")
	}
}

func TestDrawHasColorsForLightAndDark(t *testing.T) {
	svg := drawn(t, sample())
	light, dark, ok := strings.Cut(svg, "@media (prefers-color-scheme:dark){")
	require.True(t, ok)
	for _, class := range []string{".ground", ".ink", ".faint", ".grid", ".mark", ".s0", ".s7", ".t0", ".t7"} {
		require.Contains(t, light, class+"{")
		require.Contains(t, dark, class+"{")
	}
}

func TestDrawRefusesWhatHasNoLogarithm(t *testing.T) {
	for name, c := range map[string]*Chart{
		"no lines":  {},
		"no points": {Lines: []Line{{Name: "x"}}},
		"zero":      {Lines: []Line{{Name: "x", Points: []Point{{0, 1}}}}},
		"negative":  {Lines: []Line{{Name: "x", Points: []Point{{1, -1}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Error(t, c.Draw(io.Discard))
		})
	}
}

func TestDrawIsTheSameEachTime(t *testing.T) {
	require.Equal(t, drawn(t, sample()), drawn(t, sample()))
}

func TestNamesOfLinesStandApart(t *testing.T) {
	var c Chart
	for _, name := range []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"} {
		c.Lines = append(c.Lines, Line{Name: name, Points: []Point{{1, 1}, {10, 1}}})
	}
	c.Lines = append(c.Lines, Line{Name: "high", Points: []Point{{1, 1}, {10, 1e6}}})
	svg := drawn(t, &c)
	ys := regexp.MustCompile(`<text class="name t\d" x="[\d.]+" y="([\d.]+)"`).FindAllStringSubmatch(svg, -1)
	require.Len(t, ys, 10)
	require.Equal(t, "388.0", ys[9][1], "the lowest stays within the plot")
	require.Equal(t, "373.0", ys[8][1])
	require.Equal(t, "66.0", ys[0][1], "what has room stays beside its line")
}

func TestValuesAreShownInUnitsThatLeaveFewDigits(t *testing.T) {
	require.Equal(t, "1", count(1))
	require.Equal(t, "100k", count(1e5))
	require.Equal(t, "1M", count(1e6))
	require.Equal(t, "10000G", count(1e13))
	require.Equal(t, "10 ns", duration(10))
	require.Equal(t, "1 ms", duration(1e6))
	require.Equal(t, "0.1 ns", duration(0.1))
}

func TestASingleValueHasADecadeOfItsOwn(t *testing.T) {
	require.Equal(t, decades{2, 3}, around([]float64{100}))
	require.Equal(t, decades{1, 6}, around([]float64{10, 1e6}))
	require.Equal(t, decades{1, 3}, around([]float64{99, 101}))
}
