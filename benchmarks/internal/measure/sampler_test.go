package measure

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// printing returns the command that prints, in place of a measurement.
func printing(text string) Command {
	return func(*Program, time.Duration) *exec.Cmd { return exec.Command("echo", text) }
}

func program(tool string) *Program { return &Program{Tool: tool} }

func TestRoundsHaveASampleOfEachRunner(t *testing.T) {
	s, err := NewSampler(map[string]Command{"a": printing(`{"ns/op": 2}`), "b": printing(`{"ns/op": 3}`)}, time.Millisecond)
	require.NoError(t, err)
	w := Workload{Runners: []Runner{{Name: "x", Program: program("a")}, {Name: "y", Program: program("b")}}}
	rounds, failed, err := s.Rounds(w, 2)
	require.NoError(t, err)
	require.Empty(t, failed)
	round := Round{"x": {Time: 2}, "y": {Time: 3}}
	require.Equal(t, []Round{round, round}, rounds)
}

func TestRoundsLeaveAMissingToolOut(t *testing.T) {
	s, err := NewSampler(nil, time.Millisecond)
	require.NoError(t, err)
	rounds, failed, err := s.Rounds(Workload{Runners: []Runner{{Name: "x", Program: program("a")}}}, 1)
	require.NoError(t, err)
	require.Empty(t, failed)
	require.Equal(t, []Round{{}}, rounds)
}

func TestRoundsGoOnWithoutAPeerThatFails(t *testing.T) {
	for name, command := range map[string]Command{
		"it exits with an error": func(*Program, time.Duration) *exec.Cmd { return exec.Command("false") },
		"it prints no sample":    printing("hello"),
		"it took no time":        printing(`{"ns/op": 0}`),
		"it found nothing":       printing(`{}`),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewSampler(map[string]Command{"a": command, "b": printing(`{"ns/op": 3}`)}, time.Millisecond)
			require.NoError(t, err)
			w := Workload{Runners: []Runner{{Name: "x", Program: program("a")}, {Name: "y", Program: program("b")}}}
			rounds, failed, err := s.Rounds(w, 2)
			require.NoError(t, err)
			require.Len(t, failed, 1)
			require.Error(t, failed["x"])
			require.Equal(t, []Round{{"y": {Time: 3}}, {"y": {Time: 3}}}, rounds)
			w.Runners[0].Name = Ours
			_, _, err = s.Rounds(w, 1)
			require.Error(t, err, "without ours there is nothing to compare")
		})
	}
}

func TestProgramsThatTakeLongAreMeasuredInEveryThirdRound(t *testing.T) {
	s := Sampler{commands: map[string]Command{"a": printing("")}}
	var measured []int
	for i := range 7 {
		if !s.spares(Runner{Program: program("a")}, i, long+1) {
			measured = append(measured, i)
		}
	}
	require.Equal(t, []int{0, 3, 6}, measured)
	require.False(t, s.spares(Runner{Program: program("a")}, 1, long))
	require.False(t, s.spares(Runner{}, 1, long+1), "what is written in Go is compared in each round")
}
