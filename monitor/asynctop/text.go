package main

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/gobaton/async/monitor"
)

// short returns a time as people read it, in a few letters.
func short(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d/time.Hour%24)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d/time.Minute%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d/time.Second%60)
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%dms", d/time.Millisecond)
	case d > 0:
		return fmt.Sprintf("%dµs", d/time.Microsecond)
	}
	return "0"
}

// clip shortens a text to so many letters.
func clip(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	return string(letters[:most-1]) + "…"
}

// function returns a function without the path of its package.
func function(name string) string { return path.Base(name) }

// summary returns the numbers of a loop in one line.
func summary(s *monitor.Stats) string {
	text := fmt.Sprintf("%d tasks, %d ready, %d timers, %d off the loop, %d waiting for I/O; %d finished, %d failed, %d canceled",
		s.Live, s.Ready, s.Timers, s.Offloads, s.Connections, s.Finished, s.Failed, s.Canceled)
	if s.Dropped > 0 {
		text += fmt.Sprintf("; %d in no list", s.Dropped)
	}
	return text
}

// holding says what holds the baton, and the warnings, a line each.
func holding(h *monitor.Holder, warnings []monitor.Warning) string {
	var b strings.Builder
	if h != nil && h.For >= 100*time.Millisecond {
		fmt.Fprintf(&b, "%s has held the baton for %s, and keeps %d waiting\n", h.Name, short(h.For), len(h.Keeps)+h.More)
		for i, p := range h.Stack {
			if i == 3 {
				break
			}
			fmt.Fprintf(&b, "    %s %s\n", function(p.Function), p.String())
		}
	}
	for _, w := range warnings {
		fmt.Fprintf(&b, "! %s\n", w.Text)
	}
	return b.String()
}
