package main

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// lateStream is how long the output of a process that has ended is waited for while nothing comes: a grandchild may hold it.
const lateStream = 500 * time.Millisecond

// output is one stream of a process on its way to a client.
type output struct {
	file    *os.File
	channel byte
	late    int32 // 1 once the process has ended
}

// copyTo sends what the process writes, at the pace of the client.
func (o *output) copyTo(f *frames) {
	defer o.file.Close()
	chunk := make([]byte, outputChunk)
	for {
		if atomic.LoadInt32(&o.late) != 0 {
			_ = o.file.SetReadDeadline(time.Now().Add(lateStream))
		}
		n, err := o.file.Read(chunk)
		if n > 0 && f.write(o.channel, chunk[:n]) != nil {
			return
		}
		if err != nil {
			// A terminal whose process side is closed gives EIO.
			return
		}
	}
}

// hurry tells that no more than what is there already is expected.
func (o *output) hurry() {
	atomic.StoreInt32(&o.late, 1)
	_ = o.file.SetReadDeadline(time.Now().Add(lateStream))
}

// session joins a client to a process of its own in a container.
type session struct {
	frames   *frames
	input    *os.File // nil when the process reads nothing
	terminal *os.File
	outputs  []*output
	gone     chan struct{} // closed when the client has left
}

// converse returns when the process has ended and its output is sent, or when the client has left: the process then finds its
// streams closed, a terminal hangs up, and what lives on regardless does so as in Kubernetes.
func (s *session) converse(end <-chan exitStatus) {
	defer s.closeInput()
	s.gone = make(chan struct{})
	go s.receive()
	var group sync.WaitGroup
	for _, o := range s.outputs {
		group.Add(1)
		go func(o *output) {
			defer group.Done()
			o.copyTo(s.frames)
		}(o)
	}
	select {
	case status := <-end:
		for _, o := range s.outputs {
			o.hurry()
		}
		group.Wait()
		s.frames.finish(outcome{ExitCode: status.code}, s.gone)
	case <-s.gone:
		for _, o := range s.outputs {
			o.file.Close()
		}
		s.frames.conn.Close()
	}
}

// receive takes the client's frames. It waits while the process does not read, and so does the client.
func (s *session) receive() {
	defer close(s.gone)
	defer s.closeInput()
	for {
		channel, data, err := s.frames.read()
		if err != nil {
			return
		}
		switch {
		case channel == channelResize:
			resize(s.terminal, data)
		case channel == channelInput && len(data) == 0:
			s.closeInput()
		case channel == channelInput && s.input != nil:
			// A process that does not want more lets the rest be dropped.
			_, _ = s.input.Write(data)
		}
	}
}

// closeInput tells the process that no more input comes. A terminal has no such end: the client sends ^D.
func (s *session) closeInput() {
	if s.input != nil && s.input != s.terminal {
		s.input.Close()
	}
}
