package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func emptyDisk(t *testing.T, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "logs.img")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return path
}

// ringContent reads a region as the cloud does: from a position to the end of what was written.
func ringContent(t *testing.T, path string, d *logDisk, index int, from func(logPosition) int64) string {
	t.Helper()
	disk, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	start := logBlock + int64(index)*d.regionBytes
	head := disk[start : start+logBlock]
	var p logPosition
	if err := json.Unmarshal(head[:bytes.IndexByte(head, 0)], &p); err != nil {
		t.Fatal(err)
	}
	size := d.regionBytes - logBlock
	first := from(p)
	if first < p.Written-size {
		first = p.Written - size
	}
	var out []byte
	for n := first; n < p.Written; n++ {
		out = append(out, disk[start+logBlock+n%size])
	}
	return string(out)
}

func TestLogDiskKeepsTheLastOutputOfEachContainer(t *testing.T) {
	path := emptyDisk(t, logBlock+2*3*logBlock)
	d, err := openLogDisk(path, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := d.ring("a"), d.ring("b")
	a.begin()
	b.begin()
	b.append("quiet\n")
	for i := 0; i < 1000; i++ {
		a.append(fmt.Sprintf("line %04d\n", i))
		if i%100 == 0 {
			a.flush()
		}
	}
	a.flush()
	b.flush()
	all := func(p logPosition) int64 { return p.Run }
	if got := ringContent(t, path, d, 1, all); got != "quiet\n" {
		t.Errorf("b has %q", got)
	}
	got := ringContent(t, path, d, 0, all)
	if len(got) != 2*logBlock || !strings.HasSuffix(got, "line 0998\nline 0999\n") {
		t.Errorf("a has %d bytes that end with %q", len(got), got[len(got)-20:])
	}
}

func TestLogDiskTellsRunsApart(t *testing.T) {
	path := emptyDisk(t, 64<<10)
	d, err := openLogDisk(path, []string{"c"})
	if err != nil {
		t.Fatal(err)
	}
	r := d.ring("c")
	logs := newContainerLog(t.TempDir(), "c")
	logs.ring = r
	for _, text := range []string{"one", "two", "three"} {
		l := logs.begin(1)
		l.copyStream(strings.NewReader(text+"\n"), "stdout")
	}
	r.flush()
	previous := ringContent(t, path, d, 0, func(p logPosition) int64 { return p.Previous })
	current := ringContent(t, path, d, 0, func(p logPosition) int64 { return p.Run })
	if !strings.HasSuffix(current, " stdout F three\n") || strings.Count(current, "\n") != 1 {
		t.Errorf("the present run has %q", current)
	}
	if !strings.Contains(previous, " stdout F two\n") || strings.Contains(previous, "one") {
		t.Errorf("the previous run begins with %q", previous)
	}
}

func TestLogDiskThatIsMissingOrTooSmall(t *testing.T) {
	var none *logDisk
	none.ring("c").begin()
	none.ring("c").append("lost\n")
	none.ring("c").flush()
	if _, err := openLogDisk(emptyDisk(t, 4*logBlock), []string{"a", "b"}); err == nil {
		t.Error("a disk without room was opened")
	}
}
