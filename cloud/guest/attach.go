package main

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// attachPatience is how long a client that is attached may hold the container's output back. Then it is cut off: the machine
// goes on serving whatever becomes of the server and its clients.
const attachPatience = 10 * time.Second

// hub hands the output of one run of a container to those who are attached to it.
type hub struct {
	sending int32 // how many pieces are on their way
	mu      sync.Mutex
	clients []*attached
	ended   bool
}

// attached is one client of a hub.
type attached struct {
	frames *frames
	wants  func(channel byte) bool
	over   chan struct{} // closed when the output has ended
}

// join adds a client; false when the run has ended.
func (h *hub) join(a *attached) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.clients = append(h.clients, a)
	}
	return !h.ended
}

func (h *hub) leave(a *attached) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, c := range h.clients {
		if c == a {
			h.clients = append(h.clients[:i], h.clients[i+1:]...)
			return
		}
	}
}

// send gives output to every client and waits for it, so that nobody loses a byte; who does not take it in time is cut off.
func (h *hub) send(channel byte, data []byte) {
	atomic.AddInt32(&h.sending, 1)
	defer atomic.AddInt32(&h.sending, -1)
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := h.clients[:0]
	for _, c := range h.clients {
		if c.wants(channel) && c.frames.write(channel, data) != nil {
			c.frames.conn.Close()
			continue
		}
		kept = append(kept, c)
	}
	h.clients = kept
}

// busy tells whether a client holds output back.
func (h *hub) busy() bool { return atomic.LoadInt32(&h.sending) > 0 }

// end tells the clients that no output comes any more.
func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	h.ended = true
	for _, c := range h.clients {
		close(c.over)
	}
}

// tee reads a stream of a container and gives every byte to the hub on its way.
type tee struct {
	source  io.Reader
	hub     *hub
	channel byte
}

func (t tee) Read(p []byte) (int, error) {
	n, err := t.source.Read(p)
	if n > 0 {
		t.hub.send(t.channel, p[:n])
	}
	return n, err
}

// attach joins a client to a container's own streams until it leaves, the run ends, or its input ends where that is all that
// it came for. As in containerd (internal/cri/io/container_io.go), the end of the input closes a stdinOnce container's standard
// input, and ends any other attachment.
func (s *stdio) attach(f *frames, o streamOptions, once bool) {
	f.patience = attachPatience
	a := &attached{frames: f, wants: o.wants, over: make(chan struct{})}
	if !s.hub.join(a) {
		f.finish(outcome{}, nil)
		return
	}
	defer s.hub.leave(a)
	inputOver, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		s.receive(f, o.stdin, once, inputOver)
	}()
	select {
	case <-a.over:
		f.finish(outcome{}, gone)
	case <-inputOver:
		f.finish(outcome{}, gone)
	case <-gone:
		f.conn.Close()
	}
}

// receive takes a client's frames; inputOver is closed when its input has ended and with it the attachment.
func (s *stdio) receive(f *frames, stdin, once bool, inputOver chan struct{}) {
	if stdin && once {
		defer s.endInput()
	}
	for over := false; ; {
		channel, data, err := f.read()
		if err != nil {
			return
		}
		switch {
		case channel == channelResize:
			_, terminal := s.ends()
			resize(terminal, data)
		case channel != channelInput || !stdin || over:
		case len(data) > 0:
			if input, _ := s.ends(); input != nil {
				_, _ = input.Write(data)
			}
		case once && s.console == "":
			s.endInput()
		default:
			over = true
			close(inputOver)
		}
	}
}

// ends gives the guest's sides of the container's input and terminal; nil for what it has not.
func (s *stdio) ends() (input, terminal *os.File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal != nil {
		return s.terminal, s.terminal
	}
	return s.input, nil
}

// endInput closes the container's standard input; a terminal has no such end.
func (s *stdio) endInput() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.input != nil {
		s.input.Close()
		s.input = nil
	}
}
