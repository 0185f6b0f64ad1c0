package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// stdio are the streams of one run of a container, seen from the runtime, and the guest's ends of them.
type stdio struct {
	files   [3]*os.File
	console string

	keep     []*os.File
	listener *net.UnixListener
}

// openStdio makes the streams of a run and records its output. Standard input is empty; with stdin it stays open, since
// somebody may attach.
func openStdio(c *Container, dir string, logs *containerLog) (*stdio, error) {
	s := &stdio{}
	if c.TTY {
		return s, s.openConsole(dir, logs)
	}
	if err := s.openInput(c.Stdin); err != nil {
		return nil, err
	}
	log := logs.begin(2)
	for i, stream := range []string{"stdout", "stderr"} {
		read, write, err := os.Pipe()
		if err != nil {
			s.close()
			return nil, err
		}
		s.files[i+1] = write
		go func(stream string) {
			defer read.Close()
			log.copyStream(read, stream)
		}(stream)
	}
	return s, nil
}

func (s *stdio) openInput(open bool) error {
	if !open {
		f, err := os.Open(os.DevNull)
		s.files[0] = f
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	s.files[0] = read
	s.keep = append(s.keep, write)
	return nil
}

// openConsole listens for the terminal that crun makes and sends over a Unix socket (SCM_RIGHTS).
func (s *stdio) openConsole(dir string, logs *containerLog) error {
	if err := s.openInput(false); err != nil {
		return err
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	s.files[1], s.files[2] = null, null
	s.console = filepath.Join(dir, "tty.sock")
	_ = os.Remove(s.console)
	s.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: s.console, Net: "unix"})
	if err != nil {
		return err
	}
	log := logs.begin(1)
	go func() {
		master, err := receiveFile(s.listener)
		if err != nil {
			log.end()
			return
		}
		defer master.Close()
		log.copyStream(master, "stdout")
	}()
	return nil
}

// receiveFile takes the one file descriptor that a peer sends.
func receiveFile(l *net.UnixListener) (*os.File, error) {
	defer l.Close()
	c, err := l.AcceptUnix()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	data, control := make([]byte, 4096), make([]byte, syscall.CmsgSpace(4))
	_, n, _, _, err := c.ReadMsgUnix(data, control)
	if err != nil {
		return nil, err
	}
	messages, err := syscall.ParseSocketControlMessage(control[:n])
	if err != nil || len(messages) == 0 {
		return nil, fmt.Errorf("no file descriptor received: %v", err)
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return nil, fmt.Errorf("no file descriptor received: %v", err)
	}
	return os.NewFile(uintptr(fds[0]), "console"), nil
}

// started closes the runtime's ends: the container has its own.
func (s *stdio) started() {
	for i, f := range s.files {
		if f != nil {
			f.Close()
		}
		s.files[i] = nil
	}
}

// close ends everything that the guest holds for the run.
func (s *stdio) close() {
	s.started()
	if s.listener != nil {
		s.listener.Close()
	}
	for _, f := range s.keep {
		f.Close()
	}
	s.keep = nil
}
