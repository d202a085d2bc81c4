//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package netpoll

// watchers are those of a poller, by their descriptors.
type watchers []Watcher

func (w *watchers) set(fd int, x Watcher) {
	for len(*w) <= fd {
		*w = append(*w, nil)
	}
	(*w)[fd] = x
}

func (w watchers) get(fd int) Watcher {
	if fd < 0 || fd >= len(w) {
		return nil
	}
	return w[fd]
}

// notify calls the watcher of fd, if there still is one.
func (w watchers) notify(fd int, e Event) {
	if x := w.get(fd); x != nil {
		x.Ready(e)
	}
}
