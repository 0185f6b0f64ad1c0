package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"time"
)

// logOptions are the parameters of the kubelet's /containerLogs (v1.PodLogOptions).
type logOptions struct {
	follow, timestamps, previous bool
	tailLines                    int64 // -1 for all
	limitBytes                   int64 // -1 for all
	since                        time.Time
}

// logLine is one line of a run's log; text ends with a newline unless the line is partial.
type logLine struct {
	stamp []byte
	text  []byte
}

// parseLogLine takes "<stamp> <stream> <tag> <text>\n" apart.
func parseLogLine(raw []byte) (logLine, bool) {
	parts := bytes.SplitN(raw, []byte{' '}, 4)
	if len(parts) != 4 {
		return logLine{}, false
	}
	text := parts[3]
	if parts[2][0] == 'P' {
		text = bytes.TrimSuffix(text, []byte{'\n'})
	}
	return logLine{stamp: parts[0], text: text}, true
}

func (l logLine) before(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	at, err := time.Parse(time.RFC3339Nano, string(l.stamp))
	return err == nil && at.Before(t)
}

// logCursor walks through the segments of a run; a segment that was removed while it is read stays readable.
type logCursor struct {
	log    *runLog
	number int
	file   *os.File
	reader *bufio.Reader
	rest   []byte
}

func (c *logCursor) close() {
	if c.file != nil {
		c.file.Close()
		c.file = nil
	}
}

// next gives the next complete raw line. Without one it gives a channel that is closed on the next change, or io.EOF when the
// log is complete.
func (c *logCursor) next() ([]byte, <-chan struct{}, error) {
	for {
		// The state is taken before reading: what is appended after that closes the channel.
		c.log.mu.Lock()
		first, last, changed, closed := c.log.first, c.log.last, c.log.changed, c.log.closed
		c.log.mu.Unlock()
		if c.file != nil {
			part, err := c.reader.ReadSlice('\n')
			c.rest = append(c.rest, part...)
			if err == nil {
				line := c.rest
				c.rest = nil
				return line, nil, nil
			}
			if err == bufio.ErrBufferFull {
				continue
			}
			if err != io.EOF {
				return nil, nil, err
			}
		}
		if c.number >= last {
			if closed {
				return nil, nil, io.EOF
			}
			return nil, changed, nil
		}
		if err := c.open(first); err != nil {
			return nil, nil, err
		}
	}
}

func (c *logCursor) open(first int) error {
	c.close()
	if c.number++; c.number < first {
		c.number = first
	}
	f, err := os.Open(c.log.segment(c.number))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	c.file, c.rest = f, nil
	if c.reader == nil {
		c.reader = bufio.NewReaderSize(f, 4<<10)
	} else {
		c.reader.Reset(f)
	}
	return nil
}

// tailStart counts how many lines to skip so that the last n remain.
func tailStart(log *runLog, n int64) (int64, error) {
	cursor := &logCursor{log: log}
	defer cursor.close()
	var lines int64
	for {
		raw, _, err := cursor.next()
		if err == io.EOF || (err == nil && raw == nil) {
			break
		}
		if err != nil {
			return 0, err
		}
		if l, ok := parseLogLine(raw); ok && bytes.HasSuffix(l.text, []byte{'\n'}) {
			lines++
		}
	}
	if lines <= n {
		return 0, nil
	}
	return lines - n, nil
}

// copyLog writes a run's log. With follow it waits for more until the run ends or the context does.
func copyLog(ctx context.Context, log *runLog, o logOptions, out io.Writer, flush func()) error {
	w := &logWriter{options: o, out: out, left: o.limitBytes, lineStart: true}
	if o.tailLines >= 0 {
		var err error
		if w.skip, err = tailStart(log, o.tailLines); err != nil {
			return err
		}
	}
	cursor := &logCursor{log: log}
	defer cursor.close()
	for {
		raw, changed, err := cursor.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case raw != nil:
			if full, err := w.write(raw); full || err != nil {
				return err
			}
			continue
		}
		flush()
		if !o.follow {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// logWriter writes those lines of a log that its options ask for.
type logWriter struct {
	options   logOptions
	out       io.Writer
	skip      int64 // lines still to leave out
	left      int64 // bytes still to write, -1 for all
	lineStart bool
}

// write takes one raw line and tells whether the limit is reached.
func (w *logWriter) write(raw []byte) (full bool, err error) {
	line, ok := parseLogLine(raw)
	if !ok {
		return false, nil
	}
	whole := bytes.HasSuffix(line.text, []byte{'\n'})
	if w.skip > 0 {
		if whole {
			w.skip--
		}
		return false, nil
	}
	if line.before(w.options.since) {
		return false, nil
	}
	text := line.text
	if w.options.timestamps && w.lineStart {
		text = append(append(append([]byte{}, line.stamp...), ' '), text...)
	}
	w.lineStart = whole
	if w.left >= 0 && int64(len(text)) > w.left {
		text = text[:w.left]
	}
	if _, err := w.out.Write(text); err != nil {
		return false, err
	}
	if w.left >= 0 {
		w.left -= int64(len(text))
	}
	return w.left == 0, nil
}

// logTail gives the last lines of a run's log, at most so many bytes of them.
func logTail(log *runLog, lines, maxBytes int64) string {
	var out bytes.Buffer
	o := logOptions{tailLines: lines, limitBytes: -1}
	if log == nil || copyLog(context.Background(), log, o, &out, func() {}) != nil {
		return ""
	}
	text := out.Bytes()
	if int64(len(text)) > maxBytes {
		text = text[int64(len(text))-maxBytes:]
	}
	return string(text)
}

// readHead reads at most so many bytes of a file.
func readHead(path string, maxBytes int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxBytes))
}
