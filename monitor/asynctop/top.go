package main

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/gdamore/tcell/v2"

	"github.com/gobaton/async/monitor/monitorhttp"
)

// period is how often top asks for what has changed.
const period = time.Second

// top shows the tasks, as they change, on the whole screen.
func top(ctx context.Context, c *client, _ []string, _ io.Writer) error {
	screen, err := tcell.NewScreen()
	if err != nil {
		return err
	}
	return show(ctx, c, screen, period)
}

// show runs the display on a screen until the user leaves it.
func show(ctx context.Context, c *client, screen tcell.Screen, period time.Duration) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	d := newDisplay(screen, func(id uint64) { ask(ctx, c, id) })
	done := make(chan struct{})
	go func() {
		defer close(done)
		follow(ctx, c, d, period)
	}()
	err := d.app.Run()
	stop()
	<-done
	return err
}

// follow asks again and again for what the display wants to show, until ctx
// ends, which stops the display too.
func follow(ctx context.Context, c *client, d *display, period time.Duration) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		v, detail, err := fetch(ctx, c, d.wants())
		if ctx.Err() == nil {
			d.bring(answer{v, detail, err})
		}
		select {
		case <-ctx.Done():
			d.app.Stop()
			return
		case <-ticker.C:
		case <-d.changed:
		}
	}
}

// fetch asks for a view and for the task that is looked at, if there is one.
func fetch(ctx context.Context, c *client, w wants) (v *monitorhttp.View, detail *monitorhttp.Detail, err error) {
	v = new(monitorhttp.View)
	query := url.Values{"filter": {w.filter}, "group": {w.group}, "sort": {w.sort}, "toggle": w.toggle}
	if err := c.get(ctx, "api/view", query, v); err != nil {
		return nil, nil, err
	}
	if w.task == 0 {
		return v, nil, nil
	}
	detail = new(monitorhttp.Detail)
	if err := c.get(ctx, "api/task", url.Values{"id": {strconv.FormatUint(w.task, 10)}}, detail); err != nil {
		return v, nil, nil // it has ended, and is not remembered
	}
	return v, detail, nil
}

// ask asks a task to stop.
func ask(ctx context.Context, c *client, id uint64) {
	_ = c.post(ctx, "api/cancel", map[string]any{"id": id, "cause": "from asynctop"}) // a task that has ended needs it no more
}
