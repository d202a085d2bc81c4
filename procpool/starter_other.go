//go:build !linux

package procpool

import "os/exec"

// starter starts processes. They end when their requests do, which the end of
// this process makes happen, unless they are stopped or spin.
type starter struct{}

// start starts cmd.
func (*starter) start(cmd *exec.Cmd) error { return cmd.Start() }

// end does nothing.
func (*starter) end() {}
