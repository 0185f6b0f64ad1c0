package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	// logSegmentBytes and logSegments bound what one run of a container keeps; the former run is kept too.
	logSegmentBytes = 1 << 20
	logSegments     = 2
	// maxLogLine is where a line without end is cut, as the kubelet's runtimes do.
	maxLogLine = 16 << 10
)

// runLog is the output of one run of a container, in numbered files of the form that the CRI prescribes:
// "<RFC 3339 nano> <stdout|stderr> <F|P> <text>".
type runLog struct {
	prefix       string
	segmentBytes int64
	ring         *logRing

	mu      sync.Mutex
	file    *os.File
	size    int64
	first   int
	last    int
	changed chan struct{}
	writers int
	closed  bool
}

// newRunLog starts a log whose files begin with a path; writers streams will be written.
func newRunLog(prefix string, segmentBytes int64, writers int) *runLog {
	return &runLog{prefix: prefix, segmentBytes: segmentBytes, first: 1, changed: make(chan struct{}), writers: writers}
}

func (l *runLog) segment(n int) string { return fmt.Sprintf("%s.%d.log", l.prefix, n) }

// append writes one line; a log that cannot be written loses it, the container goes on.
func (l *runLog) append(at time.Time, stream string, partial bool, text []byte) {
	tag := "F"
	if partial {
		tag = "P"
	}
	line := fmt.Sprintf("%s %s %s %s\n", at.UTC().Format(time.RFC3339Nano), stream, tag, text)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if l.file == nil || l.size+int64(len(line)) > l.segmentBytes {
		if !l.rotate() {
			return
		}
	}
	n, _ := l.file.WriteString(line)
	l.size += int64(n)
	l.ring.append(line)
	l.signal()
}

func (l *runLog) rotate() bool {
	f, err := os.OpenFile(l.segment(l.last+1), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return false
	}
	if l.file != nil {
		l.file.Close()
	}
	l.file, l.size = f, 0
	l.last++
	for l.last-l.first >= logSegments {
		_ = os.Remove(l.segment(l.first))
		l.first++
	}
	return true
}

func (l *runLog) signal() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// done ends one stream; after the last one the log is complete.
func (l *runLog) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writers--; l.writers <= 0 {
		l.finish()
	}
}

func (l *runLog) finish() {
	if l.closed {
		return
	}
	l.closed = true
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
	go l.ring.flush()
	l.signal()
}

// end closes the log though a stream is still open: a process that has left the container may hold it.
func (l *runLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.finish()
}

// endSoon gives the last output a moment to be read from its pipe before the log is closed, and more while it is held back.
func (l *runLog) endSoon(heldBack func() bool) {
	deadline := time.NewTimer(lateOutput)
	defer deadline.Stop()
	for {
		l.mu.Lock()
		closed, changed := l.closed, l.changed
		l.mu.Unlock()
		if closed {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			if !heldBack() {
				l.end()
				return
			}
			deadline.Reset(lateOutput)
		}
	}
}

func (l *runLog) remove() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := l.first; n <= l.last; n++ {
		_ = os.Remove(l.segment(n))
	}
}

// copyStream records a stream line by line until it ends.
func (l *runLog) copyStream(r io.Reader, stream string) {
	defer l.done()
	lines := bufio.NewReaderSize(r, maxLogLine)
	for {
		text, err := lines.ReadSlice('\n')
		if n := len(text); n > 0 {
			partial := text[n-1] != '\n'
			if !partial {
				text = text[:n-1]
			}
			l.append(time.Now(), stream, partial, text)
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

// containerLog holds the logs of a container's present and former run.
type containerLog struct {
	dir, name string
	ring      *logRing

	mu       sync.Mutex
	runs     int
	current  *runLog
	previous *runLog
}

func newContainerLog(dir, name string) *containerLog { return &containerLog{dir: dir, name: name} }

// begin starts the log of a new run and forgets all but the last one before it.
func (c *containerLog) begin(writers int) *runLog {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.previous != nil {
		c.previous.remove()
	}
	c.runs++
	c.previous = c.current
	c.current = newRunLog(filepath.Join(c.dir, fmt.Sprintf("%s.%d", c.name, c.runs)), logSegmentBytes, writers)
	c.current.ring = c.ring
	c.ring.begin()
	return c.current
}

// get gives the log of the last run, or of the one before it; nil when there is none.
func (c *containerLog) get(previous bool) *runLog {
	c.mu.Lock()
	defer c.mu.Unlock()
	if previous {
		return c.previous
	}
	return c.current
}

// ended tells whether the last run has written all.
func (c *containerLog) ended() bool {
	last := c.get(false)
	if last == nil {
		return true
	}
	last.mu.Lock()
	defer last.mu.Unlock()
	return last.closed
}
