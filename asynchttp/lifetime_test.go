package asynchttp

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLifetimeEndsWhatIsDerivedFromIt(t *testing.T) {
	type key struct{}
	l := &lifetime{values: context.WithValue(t.Context(), key{}, 7)}
	var derived []context.Context
	for range 3 {
		ctx, cancel := context.WithCancel(l)
		defer cancel()
		derived = append(derived, ctx)
	}
	left, leave := context.WithCancel(l)
	leave()
	require.NoError(t, l.Err(), "what is derived from it does not end it")
	require.Error(t, left.Err())
	require.Equal(t, 7, derived[0].Value(key{}))

	l.end()
	l.end()
	require.Equal(t, context.Canceled, l.Err())
	<-l.Done()
	for _, ctx := range derived {
		require.Equal(t, context.Canceled, ctx.Err())
	}
	late, cancel := context.WithCancel(l)
	defer cancel()
	require.Error(t, late.Err())
}

func TestLifetimeIsAskedForItsEndAfterIt(t *testing.T) {
	l := &lifetime{values: t.Context()}
	l.end()
	<-l.Done()
	called := make(chan struct{})
	stop := l.AfterFunc(func() { close(called) })
	<-called
	require.False(t, stop())
}

func TestLifetimeThatIsStoppedCallsNothing(t *testing.T) {
	l := &lifetime{values: t.Context()}
	stop := l.AfterFunc(func() { t.Error("it was stopped") })
	require.True(t, stop())
	require.False(t, stop())
	l.end()
}
