package main

import (
	"context"
	"fmt"

	coder "github.com/coder/websocket"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp/websocket"
	"github.com/gobaton/async/primitives"
)

// room is who is here. It is touched by the tasks of one loop only, and so
// needs no lock.
type room struct {
	members map[*member]bool
}

// backlog is how many messages a member may be behind before it has to leave:
// who reads nothing must not hold up the others.
const backlog = 100

// member is somebody in the room.
type member struct {
	name string
	news *primitives.Queue[string]
}

// enter lets somebody in, and tells the others.
func (r *room) enter(name string) *member {
	if r.members == nil {
		r.members = map[*member]bool{}
	}
	m := &member{name: name, news: primitives.NewQueue[string](backlog)}
	r.members[m] = true
	r.say(fmt.Sprintf("%s is here", name))
	return m
}

// leave takes a member out, and tells the others.
func (r *room) leave(m *member) {
	delete(r.members, m)
	r.say(fmt.Sprintf("%s has left", m.name))
}

// say tells all members. It never suspends.
func (r *room) say(text string) {
	for m := range r.members {
		if m.news.PutNowait(text) != nil {
			m.news.Shutdown(true)
		}
	}
}

// visit returns somebody's stay in the room: one task tells the news, and this
// one hears, until the connection ends.
func (r *room) visit(ctx context.Context, name string, c *websocket.Conn) error {
	m := r.enter(name)
	defer r.leave(m)
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		tg.Go(func(ctx context.Context) error { return m.tell(ctx, c) })
		defer tg.Cancel()
		for message, err := range c.Messages(ctx) {
			if err != nil {
				return ctx.Err() // a connection that breaks is a way to leave
			}
			r.say(name + ": " + message.String())
		}
		return nil
	})
}

// tell sends the news, until there are too many.
func (m *member) tell(ctx context.Context, c *websocket.Conn) error {
	for text, err := range m.news.All(ctx) {
		if err != nil {
			return err
		}
		if err := c.WriteText(ctx, text); err != nil {
			return err
		}
	}
	return c.Close(ctx, coder.StatusTryAgainLater, "you are too slow")
}
