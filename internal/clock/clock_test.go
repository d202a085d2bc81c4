package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestVirtualTimeStandsStillAndJumps(t *testing.T) {
	c := clock.NewVirtual()
	require.True(t, c.Virtual())
	require.Zero(t, c.Now())
	c.Wait(time.Hour, nil)
	require.Equal(t, time.Hour, c.Now())
	c.Wait(time.Minute, nil)
	require.Equal(t, time.Hour, c.Now(), "time does not go back")
	require.Equal(t, time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC), c.At(c.Now()))
}

func TestWallTimeWaitsUntilItIsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		require.False(t, c.Virtual())
		for range 2 {
			until := c.Now() + time.Second
			c.Wait(until, nil)
			require.Equal(t, until, c.Now())
		}
		c.Wait(0, nil) // has been
		require.Equal(t, 2*time.Second, c.Now())
	})
}

func TestWallTimeIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, wake := clock.NewWall(), make(chan struct{}, 1)
		wake <- struct{}{}
		c.Wait(time.Hour, wake)
		require.Zero(t, c.Now())
	})
}
