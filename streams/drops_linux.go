package streams

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// drops returns how many datagrams a socket had no room for.
func drops(fd int) uint64 {
	var info [9]uint32 // the last is SK_MEMINFO_DROPS
	size := uint32(unsafe.Sizeof(info))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 || size < uint32(unsafe.Sizeof(info)) {
		return 0 // older than Linux 4.12
	}
	return uint64(info[8])
}
