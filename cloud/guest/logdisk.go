package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// The log disk keeps the last output of each container where the cloud can read it after the machine is gone, however it went.
// It begins with logDirectory in a block of its own; then each container has a region of the same size: a block with
// logPosition, and a ring of log lines in the form of runLog. Documents are JSON followed by NUL bytes.
const (
	logsSerial = "i2kit-logs"
	logBlock   = 4096
	// logFlush is how long output may stay in memory: what a machine wrote that briefly before it was killed is lost.
	logFlush = 250 * time.Millisecond
	// maxUnwritten bounds the memory of output that the disk does not take as fast as it comes; what is beyond is not kept.
	maxUnwritten = 256 << 10
)

// logDirectory says whose the regions are.
type logDirectory struct {
	Version     int      `json:"version"`
	RegionBytes int64    `json:"regionBytes"`
	Containers  []string `json:"containers"`
}

// logPosition says what a ring holds. Numbers are counts of bytes since the machine's start; byte n is at n modulo the ring's size.
type logPosition struct {
	Written  int64 `json:"written"`
	Run      int64 `json:"run"`      // where the present run's log begins
	Previous int64 `json:"previous"` // where the one before it begins, or -1
}

// logDisk is the disk of one machine.
type logDisk struct {
	file        *os.File
	regionBytes int64
	rings       map[string]*logRing
}

// logRing takes one container's lines; a nil one takes nothing.
type logRing struct {
	disk   *os.File
	offset int64
	size   int64
	began  bool

	mu        sync.Mutex
	position  logPosition
	pending   []byte
	scheduled bool

	writing sync.Mutex
}

// openLogDisk divides a disk among containers.
func openLogDisk(path string, containers []string) (*logDisk, error) {
	// Each write is on the cloud's side when it returns; the guest's page cache would die with it.
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_DSYNC, 0)
	if err != nil {
		return nil, err
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
		return nil, err
	}
	region := (end - logBlock) / int64(len(containers)) / logBlock * logBlock
	if region < 2*logBlock {
		f.Close()
		return nil, fmt.Errorf("%d bytes are too small for the logs of %d containers", end, len(containers))
	}
	d := &logDisk{file: f, regionBytes: region, rings: map[string]*logRing{}}
	for i, name := range containers {
		d.rings[name] = &logRing{
			disk: f, offset: logBlock + int64(i)*region, size: region - logBlock, position: logPosition{Previous: -1}}
	}
	return d, writeBlock(f, 0, logDirectory{Version: 1, RegionBytes: region, Containers: containers})
}

func writeBlock(f *os.File, offset int64, document interface{}) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	if len(text) >= logBlock {
		return fmt.Errorf("%d bytes do not fit a block", len(text))
	}
	block := make([]byte, logBlock)
	copy(block, text)
	_, err = f.WriteAt(block, offset)
	return err
}

// ring gives a container's; nil when there is no disk.
func (d *logDisk) ring(container string) *logRing {
	if d == nil {
		return nil
	}
	return d.rings[container]
}

// begin starts the log of a run.
func (r *logRing) begin() {
	if r == nil {
		return
	}
	// Lines that are just being written are counted neither as written nor as waiting: so no write is on its way here.
	r.writing.Lock()
	r.mu.Lock()
	end := r.position.Written + int64(len(r.pending))
	if r.began {
		r.position.Previous = r.position.Run
	}
	r.began, r.position.Run = true, end
	r.mu.Unlock()
	r.writing.Unlock()
	r.flush()
}

// append takes a line; it is on the disk soon.
func (r *logRing) append(line string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pending)+len(line) > maxUnwritten {
		return
	}
	r.pending = append(r.pending, line...)
	if !r.scheduled {
		r.scheduled = true
		time.AfterFunc(logFlush, r.flush)
	}
}

// flush writes what waits: first the lines, then where they end.
func (r *logRing) flush() {
	if r == nil {
		return
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	r.mu.Lock()
	data, from := r.pending, r.position.Written
	r.pending, r.scheduled = nil, false
	r.mu.Unlock()
	if int64(len(data)) > r.size {
		from += int64(len(data)) - r.size
		data = data[int64(len(data))-r.size:]
	}
	end := from + int64(len(data))
	for len(data) > 0 {
		at := from % r.size
		n := r.size - at
		if n > int64(len(data)) {
			n = int64(len(data))
		}
		if _, err := r.disk.WriteAt(data[:n], r.offset+logBlock+at); err != nil {
			consolef("log disk: %v", err)
			break
		}
		data, from = data[n:], from+n
	}
	r.mu.Lock()
	r.position.Written = end
	position := r.position
	r.mu.Unlock()
	if err := writeBlock(r.disk, r.offset, position); err != nil {
		consolef("log disk: %v", err)
	}
}
