package main

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// Requests of ioctl(2) for pseudo terminals that package syscall does not name.
const (
	ioctlUnlockPty = 0x40045431 // TIOCSPTLCK
	ioctlPeer      = 0x5441     // TIOCGPTPEER
)

// openTerminal makes a pseudo terminal of the file system that the calling thread sees, and gives its side for the process to
// a user, as grantpt(3) does.
func openTerminal(multiplexer string, uid int) (master, process *os.File, err error) {
	master, err = os.OpenFile(multiplexer, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	unlock := int32(0)
	connection, err := master.SyscallConn()
	if err == nil {
		err = connection.Control(func(fd uintptr) { process, err = peerOf(fd, &unlock) })
	}
	if err == nil && process != nil {
		err = process.Chown(uid, -1)
	}
	if err != nil || process == nil {
		master.Close()
		return nil, nil, fmt.Errorf("terminal: %w", err)
	}
	return master, process, nil
}

func peerOf(master uintptr, unlock *int32) (*os.File, error) {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master, ioctlUnlockPty, uintptr(unsafe.Pointer(unlock))); errno != 0 {
		return nil, errno
	}
	flags := uintptr(syscall.O_RDWR | syscall.O_NOCTTY | syscall.O_CLOEXEC)
	fd, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master, ioctlPeer, flags)
	if errno != 0 {
		return nil, errno
	}
	return os.NewFile(fd, "terminal"), nil
}

// terminalSize is remotecommand.TerminalSize.
type terminalSize struct{ Width, Height uint16 }

// resize tells a terminal its size, as a client sends it; the foreground process gets SIGWINCH.
func resize(terminal *os.File, text []byte) {
	var size terminalSize
	if terminal == nil || json.Unmarshal(text, &size) != nil {
		return
	}
	window := [4]uint16{size.Height, size.Width}
	connection, err := terminal.SyscallConn()
	if err != nil {
		return
	}
	_ = connection.Control(func(fd uintptr) {
		_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&window)))
	})
}
