package procpool_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStoppedWorkerEndsWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), role+"=parent")
	out, err := parent.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var worker int
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscanf(line, "hanging %d", &worker)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(worker, syscall.SIGSTOP))
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	for isAlive(worker) {
		runtime.Gosched()
	}
}

// isAlive reports whether a process has not ended; a zombie has.
func isAlive(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	var name string
	var state rune
	_, err = fmt.Sscanf(string(status), "%d %s %c", &pid, &name, &state)
	return err == nil && state != 'Z' && state != 'X'
}
