// Package chart draws lines over two logarithmic axes as SVG, readable on light
// and on dark ground.
package chart

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"
)

// A Chart has a line for each series of costs.
type Chart struct {
	Title string
	X     string // what the horizontal axis counts
	Lines []Line
	Marks []Mark
}

// A Line connects points in the order of their X. Its Y are nanoseconds.
type Line struct {
	Name   string
	Points []Point
	Bold   bool
}

// A Point has positive coordinates.
type Point struct{ X, Y float64 }

// A Mark is a vertical line with a name.
type Mark struct {
	Name string
	X    float64
}

// The drawing's size, and what lies around the plot.
const (
	width, height = 760, 430
	left, right   = 64, 150
	top, bottom   = 62, 46
	lineHeight    = 15
)

// style holds a color for each line, in both schemes. The first is for bold
// lines.
const style = `<style>
.ground{fill:#fff}.ink{fill:#1f2328}.faint{fill:#59636e}.grid{stroke:#d1d9e0}.mark{stroke:#59636e}
.s0{stroke:#d1242f}.s1{stroke:#0969da}.s2{stroke:#1a7f37}.s3{stroke:#8250df}.s4{stroke:#9a6700}.s5{stroke:#bf3989}.s6{stroke:#0e7490}.s7{stroke:#59636e}
.t0{fill:#d1242f}.t1{fill:#0969da}.t2{fill:#1a7f37}.t3{fill:#8250df}.t4{fill:#9a6700}.t5{fill:#bf3989}.t6{fill:#0e7490}.t7{fill:#59636e}
@media (prefers-color-scheme:dark){
.ground{fill:#0d1117}.ink{fill:#f0f6fc}.faint{fill:#9198a1}.grid{stroke:#3d444d}.mark{stroke:#9198a1}
.s0{stroke:#ff7b72}.s1{stroke:#58a6ff}.s2{stroke:#3fb950}.s3{stroke:#bc8cff}.s4{stroke:#d29922}.s5{stroke:#f778ba}.s6{stroke:#39c5cf}.s7{stroke:#9198a1}
.t0{fill:#ff7b72}.t1{fill:#58a6ff}.t2{fill:#3fb950}.t3{fill:#bc8cff}.t4{fill:#d29922}.t5{fill:#f778ba}.t6{fill:#39c5cf}.t7{fill:#9198a1}
}
text{font:12px system-ui,sans-serif}.title{font-weight:600;font-size:15px}.line{fill:none;stroke-width:1.8}.again{stroke-dasharray:6 3}.bold{stroke-width:3.5}.name{font-weight:600}
</style>
`

// colors is how many colors style has for lines that are not bold. Where there
// are more lines, the colors come again, in dashes.
const colors = 7

// Draw writes the chart, or returns an error if it has no points, or some that
// have no logarithm.
func (c *Chart) Draw(out io.Writer) error {
	p, err := c.plot()
	if err != nil {
		return fmt.Errorf("chart %q: %w", c.Title, err)
	}
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img">`+"\n", width, height)
	fmt.Fprintf(&svg, "<title>%s</title>\n%s", html.EscapeString(c.Title), style)
	fmt.Fprintf(&svg, `<rect class="ground" width="%d" height="%d" rx="6"/>`+"\n", width, height)
	text(&svg, left, 24, "ink title", "start", c.Title)
	p.axes(&svg, c.X)
	p.marks(&svg, c.Marks)
	p.lines(&svg, c.Lines)
	svg.WriteString("</svg>\n")
	_, err = io.WriteString(out, svg.String())
	return err
}

// text writes a line of text.
func text(svg *strings.Builder, x, y float64, class, anchor, s string) {
	fmt.Fprintf(svg, `<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", class, x, y, anchor, html.EscapeString(s))
}

// lines draws the lines, the bold ones above the others, and their names beside
// their ends.
func (p *plot) lines(svg *strings.Builder, lines []Line) {
	next := 0
	var names []label
	var bold, thin strings.Builder
	for _, line := range lines {
		color, to, class := 0, &bold, "line bold"
		if !line.Bold {
			color, to, class = 1+next%colors, &thin, "line"
			if next >= colors {
				class += " again"
			}
			next++
		}
		p.line(to, line, fmt.Sprintf("%s s%d", class, color))
		end := line.Points[len(line.Points)-1]
		names = append(names, label{line.Name, fmt.Sprintf("name t%d", color), p.y(end.Y)})
	}
	svg.WriteString(thin.String() + bold.String())
	for _, l := range apart(names) {
		text(svg, width-right+8, l.y+4, l.class, "start", l.text)
	}
}

func (p *plot) line(svg *strings.Builder, line Line, class string) {
	var points []string
	for _, point := range line.Points {
		points = append(points, fmt.Sprintf("%.1f,%.1f", p.x(point.X), p.y(point.Y)))
	}
	fmt.Fprintf(svg, `<polyline class="%s" points="%s"/>`+"\n", class, strings.Join(points, " "))
}

// A label is a text beside the end of a line.
type label struct {
	text, class string
	y           float64
}

// apart moves labels so that none covers another: down from the highest, and
// then up again from the plot's lower edge.
func apart(labels []label) []label {
	slices.SortStableFunc(labels, func(a, b label) int { return int(math.Copysign(1, a.y-b.y)) })
	for i := 1; i < len(labels); i++ {
		labels[i].y = max(labels[i].y, labels[i-1].y+lineHeight)
	}
	floor := float64(height - bottom)
	for i := len(labels) - 1; i >= 0; i-- {
		labels[i].y = min(labels[i].y, floor)
		floor = labels[i].y - lineHeight
	}
	return labels
}
