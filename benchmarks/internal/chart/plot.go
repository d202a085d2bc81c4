package chart

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// A plot maps values to places.
type plot struct{ horizontal, vertical decades }

// decades is a range of powers of ten.
type decades struct{ from, to int }

// plot returns the smallest plot of whole decades that all lines fit into.
func (c *Chart) plot() (*plot, error) {
	var xs, ys []float64
	for _, line := range c.Lines {
		if len(line.Points) == 0 {
			return nil, fmt.Errorf("%s has no points", line.Name)
		}
		for _, point := range line.Points {
			if !(point.X > 0 && point.Y > 0) {
				return nil, fmt.Errorf("%s goes through %v", line.Name, point)
			}
			xs, ys = append(xs, point.X), append(ys, point.Y)
		}
	}
	if xs == nil {
		return nil, errors.New("it has no lines")
	}
	return &plot{around(xs), around(ys)}, nil
}

func around(values []float64) decades {
	least, most := math.Inf(1), math.Inf(-1)
	for _, value := range values {
		least, most = min(least, math.Log10(value)), max(most, math.Log10(value))
	}
	// A power of ten may miss its logarithm by a rounding.
	d := decades{int(math.Floor(least + 1e-9)), int(math.Ceil(most - 1e-9))}
	if d.from == d.to {
		d.to++
	}
	return d
}

// share returns how far along the axis a value lies, from 0 to 1.
func (d decades) share(value float64) float64 {
	return (math.Log10(value) - float64(d.from)) / float64(d.to-d.from)
}

func (p *plot) x(value float64) float64 {
	return left + p.horizontal.share(value)*(width-left-right)
}

func (p *plot) y(value float64) float64 {
	return height - bottom - p.vertical.share(value)*(height-top-bottom)
}

// axes draws a line at each power of ten, with its name.
func (p *plot) axes(svg *strings.Builder, x string) {
	for power := p.horizontal.from; power <= p.horizontal.to; power++ {
		value := math.Pow10(power)
		p.grid(svg, p.x(value), top, p.x(value), height-bottom)
		text(svg, p.x(value), height-bottom+16, "faint", "middle", count(value))
	}
	for power := p.vertical.from; power <= p.vertical.to; power++ {
		value := math.Pow10(power)
		p.grid(svg, left, p.y(value), width-right, p.y(value))
		text(svg, left-6, p.y(value)+4, "faint", "end", duration(value))
	}
	text(svg, (left+width-right)/2, height-10, "faint", "middle", x)
}

func (p *plot) grid(svg *strings.Builder, x1, y1, x2, y2 float64) {
	fmt.Fprintf(svg, `<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`+"\n", x1, y1, x2, y2)
}

// marks draws those that lie within the plot.
func (p *plot) marks(svg *strings.Builder, marks []Mark) {
	for _, m := range marks {
		if share := p.horizontal.share(m.X); !(share >= 0 && share <= 1) {
			continue
		}
		x := p.x(m.X)
		fmt.Fprintf(svg, `<line class="mark" stroke-dasharray="2 4" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x, top-6, x, height-bottom)
		text(svg, p.x(m.X), top-12, "faint", "middle", m.Name)
	}
}

// count shows 1, 1k, 1M.
func count(value float64) string { return scaled(value, 1000, "", "k", "M", "G") }

// duration shows nanoseconds in the unit that leaves few digits.
func duration(ns float64) string { return scaled(ns, 1000, " ns", " µs", " ms", " s") }

// scaled divides value until it is below by, or there is no further unit.
func scaled(value, by float64, units ...string) string {
	i := 0
	for ; value >= by && i < len(units)-1; i++ {
		value /= by
	}
	return fmt.Sprintf("%g%s", value, units[i])
}
