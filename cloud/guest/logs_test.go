package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

func logWith(t *testing.T, segmentBytes int64, lines ...string) *runLog {
	t.Helper()
	log := newRunLog(t.TempDir()+"/c.1", segmentBytes, 1)
	start := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	for i, line := range lines {
		log.append(start.Add(time.Duration(i)*time.Second), "stdout", false, []byte(line))
	}
	return log
}

func everything() logOptions { return logOptions{tailLines: -1, limitBytes: -1} }

func readLog(t *testing.T, log *runLog, o logOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := copyLog(context.Background(), log, o, &out, func() {}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLogOptions(t *testing.T) {
	log := logWith(t, logSegmentBytes, "one", "two", "three")
	cases := map[string]struct {
		query string
		want  string
	}{
		"all":        {"", "one\ntwo\nthree\n"},
		"tail":       {"tailLines=2", "two\nthree\n"},
		"tail 0":     {"tailLines=0", ""},
		"tail many":  {"tailLines=9", "one\ntwo\nthree\n"},
		"limit":      {"limitBytes=5", "one\nt"},
		"timestamps": {"timestamps=true&tailLines=1", "2026-01-02T03:04:02Z three\n"},
		"since":      {"sinceTime=2026-01-02T03:04:01Z", "two\nthree\n"},
		"seconds":    {"sinceSeconds=1", "three\n"},
	}
	now := time.Date(2026, 1, 2, 3, 4, 3, 0, time.UTC)
	for name, c := range cases {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		o, err := parseLogOptions(query, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := readLog(t, log, o); got != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestLogOptionsRefused(t *testing.T) {
	for query, want := range map[string]string{
		"tailLines=x":   `invalid tailLines "x"`,
		"tailLines=-1":  "tailLines must be greater than or equal to 0",
		"limitBytes=0":  "limitBytes must be greater than or equal to 1",
		"follow=maybe":  `invalid follow "maybe"`,
		"sinceTime=now": `invalid sinceTime "now"`,
		"sinceSeconds=1&sinceTime=2026-01-02T03:04:01Z": "at most one of `sinceTime` or `sinceSeconds` may be specified",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseLogOptions(q, time.Now()); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", query, err)
		}
	}
}

func TestLogIsBounded(t *testing.T) {
	var lines []string
	for i := 0; i < 100; i++ {
		lines = append(lines, fmt.Sprintf("line %03d", i))
	}
	log := logWith(t, 400, lines...)
	got := strings.Split(strings.TrimSpace(readLog(t, log, everything())), "\n")
	if len(got) < 5 || len(got) > 20 || got[len(got)-1] != "line 099" {
		t.Errorf("got %d lines, the last %q", len(got), got[len(got)-1])
	}
	if log.last-log.first != logSegments-1 {
		t.Errorf("segments %d to %d", log.first, log.last)
	}
	if _, err := os.Stat(log.segment(log.first - 1)); !os.IsNotExist(err) {
		t.Errorf("an old segment is still there: %v", err)
	}
}

func TestLogKeepsLongLinesWhole(t *testing.T) {
	log := newRunLog(t.TempDir()+"/c.1", logSegmentBytes, 1)
	long := strings.Repeat("x", 3*maxLogLine+7)
	log.copyStream(strings.NewReader("short\n"+long+"\nno newline"), "stderr")
	if got := readLog(t, log, everything()); got != "short\n"+long+"\nno newline" {
		t.Errorf("got %d bytes", len(got))
	}
	if !log.closed {
		t.Error("the log must be complete after its last stream")
	}
}

func TestFollowEndsWithTheRun(t *testing.T) {
	log := logWith(t, 300, "first")
	read, write := io.Pipe()
	done := make(chan string)
	go func() {
		var out bytes.Buffer
		o := everything()
		o.follow = true
		_ = copyLog(context.Background(), log, o, &out, func() {})
		done <- out.String()
	}()
	go log.copyStream(read, "stdout")
	want := "first\n"
	for i := 0; i < 20; i++ {
		line := fmt.Sprintf("line %d\n", i)
		want += line
		if _, err := write.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		await(t, "the reader keeps up", func() bool { return strings.Contains(readLog(t, log, everything()), line) })
	}
	write.Close()
	select {
	case got := <-done:
		if !strings.HasPrefix(got, "first\n") || !strings.HasSuffix(got, "line 19\n") || len(got) > len(want) {
			t.Errorf("got %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("following did not end")
	}
}

func TestALogThatHasBegunIsNotTheFormerRuns(t *testing.T) {
	c := newContainerLog(t.TempDir(), "web")
	if !c.ended() {
		t.Error("nothing has begun")
	}
	first := c.begin(1)
	if c.ended() {
		t.Error("the first run has not ended")
	}
	first.copyStream(strings.NewReader("run 1\n"), "stdout")
	if !c.ended() {
		t.Error("the first run has ended")
	}
	c.begin(1)
	if c.ended() {
		t.Error("the second run has begun, though its container may still wait")
	}
}

func TestFormerRunIsKeptOnce(t *testing.T) {
	c := newContainerLog(t.TempDir(), "web")
	for i := 1; i <= 3; i++ {
		log := c.begin(1)
		log.copyStream(strings.NewReader(fmt.Sprintf("run %d\n", i)), "stdout")
	}
	if got := readLog(t, c.get(false), everything()) + readLog(t, c.get(true), everything()); got != "run 3\nrun 2\n" {
		t.Errorf("got %q", got)
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("got %v, %v", entries, err)
	}
}

func TestLogTail(t *testing.T) {
	log := logWith(t, logSegmentBytes, "one", "two", "three")
	if got := logTail(log, 2, 2048); got != "two\nthree\n" {
		t.Errorf("got %q", got)
	}
	if got := logTail(log, 2, 4); got != "ree\n" {
		t.Errorf("got %q", got)
	}
}

// await waits for a condition, at most ten seconds.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not reached: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
