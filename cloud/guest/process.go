package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// exitStatus is how a process ended.
type exitStatus struct {
	code   int // 128 + signal when killed
	signal int
}

func exitStatusOf(w syscall.WaitStatus) exitStatus {
	if w.Signaled() {
		return exitStatus{code: 128 + int(w.Signal()), signal: int(w.Signal())}
	}
	return exitStatus{code: w.ExitStatus()}
}

const (
	// rememberedOrphans bounds the ends of processes that nobody has asked for (yet).
	rememberedOrphans = 256
	// orphanMemory is how long such an end is believed: process numbers come back.
	orphanMemory = 30 * time.Second
)

type orphan struct {
	status exitStatus
	at     time.Time
}

// reaper is PID 1's duty: it collects every child, its own and the orphans that the kernel gives to it, and hands an end to
// who waits for that process. os/exec cannot be used beside it: its Wait would race for the status.
type reaper struct {
	mu      sync.Mutex
	waiting map[int]chan exitStatus
	ended   map[int]orphan
	order   []int
}

// startReaper collects children until the program ends. There must be one per program.
func startReaper() *reaper {
	r := &reaper{waiting: map[int]chan exitStatus{}, ended: map[int]orphan{}}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD)
	go func() {
		for range signals {
			r.collect()
		}
	}()
	return r
}

func (r *reaper) collect() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		var w syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &w, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if !w.Exited() && !w.Signaled() {
			continue
		}
		if c, ok := r.waiting[pid]; ok {
			delete(r.waiting, pid)
			c <- exitStatusOf(w)
			continue
		}
		r.ended[pid] = orphan{exitStatusOf(w), time.Now()}
		if r.order = append(r.order, pid); len(r.order) > rememberedOrphans {
			delete(r.ended, r.order[0])
			r.order = r.order[1:]
		}
	}
}

// watch gives a channel that receives the end of a child once. An end that came before is handed out too.
func (r *reaper) watch(pid int) <-chan exitStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.watchLocked(pid)
}

func (r *reaper) watchLocked(pid int) <-chan exitStatus {
	c := make(chan exitStatus, 1)
	o, ok := r.ended[pid]
	delete(r.ended, pid)
	if ok && time.Since(o.at) < orphanMemory {
		c <- o.status
	} else {
		r.waiting[pid] = c
	}
	return c
}

// signal sends a signal to a child that has not been collected yet, so that the number cannot be another process's.
func (r *reaper) signal(pid int, signal syscall.Signal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.waiting[pid]; !ok {
		return syscall.ESRCH
	}
	return syscall.Kill(pid, signal)
}

// start runs a program. The end of a former process with the same number is forgotten first.
func (r *reaper) start(argv []string, files []*os.File) (int, <-chan exitStatus, error) {
	attributes := &os.ProcAttr{Env: os.Environ(), Files: files}
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := os.StartProcess(argv[0], argv, attributes)
	if err != nil {
		return 0, nil, err
	}
	pid := p.Pid
	_ = p.Release()
	delete(r.ended, pid)
	return pid, r.watchLocked(pid), nil
}

const (
	// maxCommandOutput bounds what run keeps of a program's output.
	maxCommandOutput = 10 << 10
	// lateOutput is how long a grandchild that holds the pipe may delay the answer.
	lateOutput = 100 * time.Millisecond
)

// run starts a program and waits for its end; its output, both streams together, is bounded. When the context ends first
// the program is killed.
func (r *reaper) run(ctx context.Context, argv []string) (exitStatus, string, error) {
	return r.runWith(ctx, argv, r.start)
}

type launcher func(argv []string, files []*os.File) (int, <-chan exitStatus, error)

func (r *reaper) runWith(ctx context.Context, argv []string, start launcher) (exitStatus, string, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return exitStatus{}, "", err
	}
	defer null.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return exitStatus{}, "", err
	}
	defer read.Close()
	pid, end, err := start(argv, []*os.File{null, write, write})
	write.Close()
	if err != nil {
		return exitStatus{}, "", err
	}
	output := make(chan string, 1)
	go func() { output <- drain(read) }()
	select {
	case s := <-end:
		// A grandchild may hold the pipe open; what the program itself wrote is there already.
		_ = read.SetReadDeadline(time.Now().Add(lateOutput))
		return s, <-output, nil
	case <-ctx.Done():
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-end
		_ = read.SetReadDeadline(time.Now().Add(lateOutput))
		<-output
		return exitStatus{}, "", ctx.Err()
	}
}

func drain(f *os.File) string {
	var kept bytes.Buffer
	chunk := make([]byte, 2048)
	for {
		n, err := f.Read(chunk)
		if room := maxCommandOutput - kept.Len(); room > 0 {
			if n < room {
				room = n
			}
			kept.Write(chunk[:room])
		}
		if err != nil {
			return strings.TrimSpace(kept.String())
		}
	}
}

// commandError describes a program that failed.
func commandError(what string, s exitStatus, output string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if s.code != 0 {
		if output == "" {
			output = fmt.Sprintf("exit status %d", s.code)
		}
		return fmt.Errorf("%s", output)
	}
	return nil
}
