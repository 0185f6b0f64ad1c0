package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const (
	metadataSerial = "i2kit-metadata"
	tagsSerial     = "i2kit-tags"
	tagsBytes      = 4096
	maxDocument    = 64 << 20
)

// findDisk gives the device node of the block device with a serial number; sys is normally /sys/block, dev /dev.
func findDisk(sys, dev, serial string) (string, error) {
	entries, err := os.ReadDir(sys)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(sys, e.Name(), "serial"))
		if err == nil && strings.Trim(string(content), " \n\x00") == serial {
			return filepath.Join(dev, e.Name()), nil
		}
	}
	return "", fmt.Errorf("no disk with serial number %q", serial)
}

// readDocument reads and checks the metadata document of a raw disk.
func readDocument(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := untilNUL(f)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return parseDocument(text)
}

func parseDocument(text []byte) (*Document, error) {
	d := &Document{}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("metadata is not valid JSON: %w", err)
	}
	if d.Launch.Version != 1 {
		return nil, fmt.Errorf("metadata has version %d, this guest understands 1", d.Launch.Version)
	}
	if d.Instance.ID == "" {
		return nil, fmt.Errorf("metadata has no instance id")
	}
	if len(d.Launch.Containers) == 0 {
		return nil, fmt.Errorf("metadata names no container")
	}
	if d.Launch.RestartPolicy == "" {
		d.Launch.RestartPolicy = "Always"
	}
	return d, nil
}

// untilNUL reads a document that ends at the first NUL byte, without reading the rest of the disk.
func untilNUL(r io.Reader) ([]byte, error) {
	var all []byte
	chunk := make([]byte, 64<<10)
	for len(all) < maxDocument {
		n, err := r.Read(chunk)
		if i := bytes.IndexByte(chunk[:n], 0); i >= 0 {
			return append(all, chunk[:i]...), nil
		}
		all = append(all, chunk[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("document is larger than %d bytes", maxDocument)
}

// tagsReader reads the small disk that the cloud rewrites in place, each time past the page cache.
type tagsReader struct {
	file   *os.File
	buffer []byte
}

func openTags(path string) (*tagsReader, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECT, 0)
	if err != nil {
		// Some file systems refuse O_DIRECT; disks do not. Plain files serve the tests.
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
	}
	return &tagsReader{file: f, buffer: alignedBuffer(tagsBytes)}, nil
}

// read gives the present lifecycle; a torn write shows as an error and is read again by the caller.
func (t *tagsReader) read() (Lifecycle, error) {
	l := Lifecycle{GraceSeconds: -1}
	n, err := t.file.ReadAt(t.buffer, 0)
	if err != nil && err != io.EOF {
		return l, err
	}
	text := t.buffer[:n]
	if i := bytes.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	return l, json.Unmarshal(text, &l)
}

func (t *tagsReader) period() time.Duration { return tagsPeriod }

// alignedBuffer gives memory at an address that O_DIRECT accepts.
func alignedBuffer(size int) []byte {
	raw := make([]byte, size+4096)
	offset := 4096 - int(uintptr(unsafe.Pointer(&raw[0]))&4095)
	return raw[offset : offset+size]
}
