package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// testReaper is the one reaper of the test program.
var testReaper = startReaper()

func TestReaperRunsPrograms(t *testing.T) {
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			s, output, err := testReaper.run(context.Background(), []string{"/bin/sh", "-c", "echo out; echo err >&2; exit " + strconv.Itoa(i)})
			if err != nil || s.code != i || output != "out\nerr" {
				t.Errorf("got %+v, %q, %v", s, output, err)
			}
		}(i)
	}
	group.Wait()
}

func TestReaperKillsAtTheDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := testReaper.run(ctx, []string{"/bin/sleep", "1000"}); err != context.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
}

func TestReaperSignals(t *testing.T) {
	pid, end, err := testReaper.start([]string{"/bin/sleep", "1000"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := testReaper.signal(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	if s := <-end; s.code != 137 || s.signal != 9 {
		t.Errorf("got %+v", s)
	}
	if err := testReaper.signal(pid, syscall.SIGKILL); err != syscall.ESRCH {
		t.Errorf("a process that was collected must not be signalled: %v", err)
	}
}

func TestReaperHandsOutAnEarlierEnd(t *testing.T) {
	pid, end, err := testReaper.start([]string{"/bin/sh", "-c", "exit 5"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Put the end back, as if nobody had waited for it: so come the ends of containers, which are born as orphans.
	s := <-end
	testReaper.mu.Lock()
	testReaper.ended[pid] = orphan{s, time.Now()}
	testReaper.mu.Unlock()
	if s := <-testReaper.watch(pid); s.code != 5 {
		t.Errorf("got %+v", s)
	}
	testReaper.mu.Lock()
	testReaper.ended[pid] = orphan{s, time.Now().Add(-2 * orphanMemory)}
	testReaper.mu.Unlock()
	select {
	case s := <-testReaper.watch(pid):
		t.Errorf("an old end must not count: %+v", s)
	default:
	}
}

func TestCommandError(t *testing.T) {
	if err := commandError("x", exitStatus{}, "chatter", nil); err != nil {
		t.Errorf("got %v", err)
	}
	if err := commandError("x", exitStatus{code: 2}, "reason", nil); err == nil || err.Error() != "reason" {
		t.Errorf("got %v", err)
	}
	if err := commandError("x", exitStatus{code: 2}, "", nil); err == nil || err.Error() != "exit status 2" {
		t.Errorf("got %v", err)
	}
}

func TestStreamsAreRecorded(t *testing.T) {
	logs := newContainerLog(t.TempDir(), "c")
	s, err := openStdio(&Container{Stdin: true}, t.TempDir(), logs)
	if err != nil {
		t.Fatal(err)
	}
	_, end, err := testReaper.start([]string{"/bin/sh", "-c", "echo out; echo err >&2"}, s.files[:])
	if err != nil {
		t.Fatal(err)
	}
	s.started()
	<-end
	s.close()
	await(t, "the log is complete", func() bool { l := logs.get(false); l.mu.Lock(); defer l.mu.Unlock(); return l.closed })
	if got := readLog(t, logs.get(false), everything()); len(got) != 8 || !strings.Contains(got, "out\n") || !strings.Contains(got, "err\n") {
		t.Errorf("got %q", got)
	}
}

func TestConsoleIsReceived(t *testing.T) {
	logs := newContainerLog(t.TempDir(), "c")
	s, err := openStdio(&Container{TTY: true}, t.TempDir(), logs)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: s.console, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.WriteMsgUnix([]byte("/dev/ptmx"), syscall.UnixRights(int(read.Fd())), nil); err != nil {
		t.Fatal(err)
	}
	c.Close()
	read.Close()
	if _, err := write.WriteString("hello\r\n"); err != nil {
		t.Fatal(err)
	}
	write.Close()
	await(t, "the console's text", func() bool { return readLog(t, logs.get(false), everything()) == "hello\r\n" })
}

func TestRuntimeFiles(t *testing.T) {
	if got := keyedValue("low 0\noom 3\noom_kill 2\n", "oom_kill"); got != 2 {
		t.Errorf("got %d", got)
	}
	path := filepath.Join(t.TempDir(), "crun.log")
	if err := os.WriteFile(path, []byte("first\nexecutable file not found\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := lastLine(path); got != "executable file not found" {
		t.Errorf("got %q", got)
	}
	modules := filepath.Join(t.TempDir(), "modules")
	if err := os.WriteFile(modules, []byte("# comment\n/a.ko\n\n /b.ko.xz \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := moduleList(modules); err != nil || strings.Join(got, " ") != "/a.ko /b.ko.xz" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := moduleList(modules + ".none"); err != nil || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestSysctls(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "net/core"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeSysctls(root, map[string]string{"net.core.somaxconn": "1024", "net/core/other": "1"}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(root, "net/core/somaxconn")); err != nil || string(got) != "1024" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := writeSysctls(root, map[string]string{"no.such.key": "1"}); err == nil || !strings.HasPrefix(err.Error(), "sysctl no.such.key: ") {
		t.Errorf("got %v", err)
	}
}

func contextOf(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
