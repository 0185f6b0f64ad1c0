package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// stdio are the streams of one run of a container, seen from the runtime, and the guest's ends of them.
type stdio struct {
	files   [3]*os.File
	console string
	hub     hub

	mu       sync.Mutex
	input    *os.File // the guest's end of standard input that is kept open
	terminal *os.File // the guest's side of the terminal
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
		go func(channel byte, stream string) {
			defer read.Close()
			log.copyStream(tee{read, &s.hub, channel}, stream)
		}(byte(i+1), stream)
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
	s.files[0], s.input = read, write
	return nil
}

// openConsole waits in the background for the terminal that crun makes, and records it.
func (s *stdio) openConsole(dir string, logs *containerLog) error {
	if err := s.openInput(false); err != nil {
		return err
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	s.files[1], s.files[2] = null, null
	received, err := s.listenConsole(dir)
	if err != nil {
		return err
	}
	log := logs.begin(1)
	go func() {
		r := <-received
		if r.err != nil {
			log.end()
			return
		}
		defer r.file.Close()
		s.mu.Lock()
		s.terminal = r.file
		s.mu.Unlock()
		log.copyStream(tee{r.file, &s.hub, channelOutput}, "stdout")
	}()
	return nil
}

type receivedFile struct {
	file *os.File
	err  error
}

// listenConsole listens for a terminal that crun makes and sends over a Unix socket (SCM_RIGHTS).
func (s *stdio) listenConsole(dir string) (<-chan receivedFile, error) {
	s.console = filepath.Join(dir, "tty.sock")
	_ = os.Remove(s.console)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: s.console, Net: "unix"})
	if err != nil {
		return nil, err
	}
	s.listener = l
	received := make(chan receivedFile, 1)
	go func() {
		file, err := receiveFile(l)
		received <- receivedFile{file, err}
	}()
	return received, nil
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
	// Else a reader could not be told to stop.
	if err := syscall.SetNonblock(fds[0], true); err != nil {
		return nil, err
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

func (s *stdio) stopListening() {
	if s.listener != nil {
		s.listener.Close()
	}
}

// close ends everything that the guest holds for the run.
func (s *stdio) close() {
	s.started()
	s.stopListening()
	s.endInput()
}
