package clock_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheWallClockReadsTheTimeSinceItWasMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := time.Now()
		w := clock.NewWall()
		require.False(t, w.Virtual())
		require.Zero(t, w.Now())
		time.Sleep(time.Hour) // by the bubble's clock
		require.Equal(t, time.Hour, w.Now())
		require.Equal(t, made, w.At(0))
		require.Equal(t, made.Add(time.Minute), w.At(time.Minute))
	})
}

func TestTheWallClockWaitsUntilAReadingHasCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := clock.NewWall()
		wake := make(chan struct{})
		for i := range 3 {
			until := time.Duration(i+1) * time.Minute
			w.Wait(until, wake)
			require.Equal(t, until, w.Now())
		}
		w.Wait(time.Minute, wake)
		require.Equal(t, 3*time.Minute, w.Now(), "what has come is not waited for")
	})
}

func TestTheWallClockIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := clock.NewWall()
		wake := make(chan struct{}, 1)
		go func() {
			time.Sleep(time.Second)
			wake <- struct{}{}
		}()
		w.Wait(time.Minute, wake)
		require.Equal(t, time.Second, w.Now())
		w.Wait(time.Hour, wake)
		require.Equal(t, time.Hour, w.Now(), "nothing of the wait before is left")
	})
}

func TestTheVirtualClockJumps(t *testing.T) {
	v := clock.NewVirtual()
	require.True(t, v.Virtual())
	require.Zero(t, v.Now())
	require.Equal(t, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), v.At(0))
	v.Wait(time.Hour, nil)
	require.Equal(t, time.Hour, v.Now())
	v.Wait(time.Minute, nil)
	require.Equal(t, time.Hour, v.Now(), "it never goes back")
	require.Equal(t, time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC), v.At(v.Now()))
}

func TestTheVirtualClockIsReadFromAnyGoroutine(t *testing.T) {
	v := clock.NewVirtual()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for last := time.Duration(0); last < 100; {
				now := v.Now()
				if now < last {
					t.Error("it went back")
				}
				last = now
			}
		})
	}
	for i := range 101 {
		v.Wait(time.Duration(i), nil)
	}
	readers.Wait()
}
