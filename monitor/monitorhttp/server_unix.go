//go:build unix

package monitorhttp

import (
	"net"
	"os"
	"path/filepath"
)

// listenUnix listens at path. The socket is made in a folder that nobody else
// may enter, and moved from there when its rights are set: there is no moment
// at which others may open it.
func listenUnix(path string) (net.Listener, error) {
	folder, err := os.MkdirTemp(filepath.Dir(path), ".monitor-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	hidden := filepath.Join(folder, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: hidden, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err = os.Chmod(hidden, 0o600); err == nil {
		err = os.Rename(hidden, path)
	}
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return &ownedListener{l, path}, nil
}

// ownedListener takes its socket away when it is closed.
type ownedListener struct {
	net.Listener
	path string
}

// Close ends the listener.
func (l *ownedListener) Close() error {
	_ = os.Remove(l.path)
	return l.Listener.Close()
}
