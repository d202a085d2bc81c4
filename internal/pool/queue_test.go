package pool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// numbered is a job with a number.
type numbered int

func (numbered) Perform() bool   { return false }
func (numbered) Drop(error) bool { return false }
func (numbered) Deliver()        {}

func TestQueueIsFirstInFirstOutAndUsesItsSliceAgain(t *testing.T) {
	var q queue
	in, out := 0, 0
	for range 1000 { // it is never empty, and never holds more than 100
		for q.len() < 100 {
			q.push(numbered(in))
			in++
		}
		for range 99 {
			require.Equal(t, numbered(out), q.pop())
			out++
		}
	}
	require.Less(t, cap(q.jobs), 1000)
}

func TestQueueCutLeavesTheFirst(t *testing.T) {
	var q queue
	for i := range 5 {
		q.push(numbered(i))
	}
	q.pop()
	require.Equal(t, []Job{numbered(3), numbered(4)}, q.cut(2))
	require.Empty(t, q.cut(2))
	require.Equal(t, numbered(1), q.pop())
	require.Equal(t, []Job{numbered(2)}, q.cut(0))
	require.Zero(t, q.len())
	q.push(numbered(7))
	require.Equal(t, numbered(7), q.pop())
}
