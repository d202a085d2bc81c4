package main

import (
	"context"
	"errors"

	"github.com/gobaton/async/primitives"
)

// errClosing is the answer to who waits for a message that will not come.
var errClosing = errors.New("the board closes")

// A board is plain state of a loop: between two awaits nothing else touches it.
type board struct {
	messages []string
	news     primitives.Event // set, and replaced, with each message
	waiting  int
	closing  bool
}

func (b *board) post(text string) {
	b.messages = append(b.messages, text)
	b.wake()
}

// after returns the messages after the first n, and waits for one if there is
// none.
func (b *board) after(ctx context.Context, n int) ([]string, error) {
	b.waiting++
	defer func() { b.waiting-- }()
	for n >= len(b.messages) {
		if b.closing {
			return nil, errClosing
		}
		if err := b.news.Wait(ctx); err != nil {
			return nil, err
		}
	}
	return b.messages[max(n, 0):], nil
}

// close ends all waits.
func (b *board) close() {
	b.closing = true
	b.wake()
}

// wake lets those who wait look again: a Clear takes nothing back from them.
func (b *board) wake() {
	b.news.Set()
	b.news.Clear()
}
