package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The server speaks Kubernetes' protocols with its clients; with the guest it speaks only this one. A connection is upgraded
// to streamProtocol, and then both sides send frames: one byte for the channel, four for the length, and the bytes. A frame
// without bytes ends its channel.
const (
	streamProtocol = "i2kit-streams/1"
	frameHeader    = 5
	// maxFrame bounds what a peer may send in one piece, and so what a connection holds in memory.
	maxFrame = 32 << 10
	// outputChunk is how much is read from a process at once.
	outputChunk = 16 << 10
	// farewell is how long a peer may take to close its side after it was told the outcome.
	farewell = 5 * time.Second
)

// Channels; the first three are those of a process.
const (
	channelInput byte = iota
	channelOutput
	channelErrors
	channelOutcome
	channelResize
)

// outcome is how a stream ended; it is the last frame.
type outcome struct {
	ExitCode int    `json:"exitCode"`
	Error    string `json:"error,omitempty"`
}

// frames is one upgraded connection. One goroutine reads, any may write.
type frames struct {
	conn net.Conn
	in   *bufio.Reader
	data []byte

	mu       sync.Mutex
	out      []byte
	patience time.Duration // what one write may take; 0 for any time
}

// upgrade takes the connection over from the HTTP server.
func upgrade(w http.ResponseWriter, r *http.Request) (*frames, error) {
	hijacker, ok := w.(http.Hijacker)
	if !ok || !strings.EqualFold(r.Header.Get("Upgrade"), streamProtocol) {
		http.Error(w, "Upgrade request required", http.StatusBadRequest)
		return nil, fmt.Errorf("no upgrade to %s", streamProtocol)
	}
	conn, buffered, err := hijacker.Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	head := "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + streamProtocol + "\r\n\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		conn.Close()
		return nil, err
	}
	return &frames{conn: conn, in: buffered.Reader}, nil
}

// write sends one frame and waits until the connection has taken it: a slow peer holds its sender back.
func (f *frames) write(channel byte, data []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out = append(f.out[:0], channel, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(f.out[1:], uint32(len(data)))
	f.out = append(f.out, data...)
	if f.patience > 0 {
		_ = f.conn.SetWriteDeadline(time.Now().Add(f.patience))
	}
	_, err := f.conn.Write(f.out)
	return err
}

// read gives the next frame; its bytes are good until the next call.
func (f *frames) read() (byte, []byte, error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	if cap(f.data) < int(n) {
		f.data = make([]byte, n)
	}
	data := f.data[:n]
	_, err := io.ReadFull(f.in, data)
	return head[0], data, err
}

// finish sends the outcome and closes the connection when the peer has read it: closing with unread input would reset it. gone is
// closed when the peer has closed its side; nil when nobody reads.
func (f *frames) finish(o outcome, gone <-chan struct{}) {
	defer f.conn.Close()
	text, err := json.Marshal(o)
	if err != nil || f.write(channelOutcome, text) != nil {
		return
	}
	if half, ok := f.conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	if gone == nil {
		_ = f.conn.SetReadDeadline(time.Now().Add(farewell))
		_, _ = io.Copy(io.Discard, f.in)
		return
	}
	timer := time.NewTimer(farewell)
	defer timer.Stop()
	select {
	case <-gone:
	case <-timer.C:
	}
}
