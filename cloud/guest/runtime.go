package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Runtime runs OCI bundles. A container's name is its id.
type Runtime interface {
	// Start creates and starts the container of a bundle. stdio are its streams; with tty only the console counts.
	Start(ctx context.Context, name, bundle string, stdio *stdio) (<-chan exitStatus, error)
	// Exec runs a process (as in config.json) in a running container of a spec; the output is bounded.
	Exec(ctx context.Context, name string, spec ociSpec, process []byte) (exitStatus, string, error)
	// Open starts a process on a client's streams, or with a terminal of the container. The caller closes its files afterwards.
	Open(name string, spec ociSpec, process []byte, io processIO) (*openProcess, error)
	// Signal sends a signal to the container's first process.
	Signal(name string, signal int) error
	// KillAll ends every process of the container at once.
	KillAll(name string)
	// OOMKills is how many processes of the container the kernel has ended for want of memory.
	OOMKills(name string) int64
	// Delete removes what is left of a container that has ended.
	Delete(name string)
}

const (
	crunPath    = "/usr/bin/crun"
	runcPath    = "/usr/bin/runc"
	runtimeRoot = "/run/i2kit/crun"
	// cgroupParent holds one control group a container.
	cgroupParent = "/i2kit"
	// runtimeDeadline bounds each call of the runtime that does not wait for a user's program.
	runtimeDeadline = 2 * time.Minute
)

// crun drives /usr/bin/crun, or runc where the base has that instead; they take the same words. No process of it stays beside
// the container, which becomes this process's child.
type crun struct {
	reaper  *reaper
	work    string
	program []string

	mu   sync.Mutex
	pids map[string]int
}

func newCrun(r *reaper, work string) *crun {
	return &crun{reaper: r, work: work, program: runtimeProgram("/"), pids: map[string]int{}}
}

// runtimeProgram is the OCI runtime below a root, with the words that it needs to manage control groups by itself: runc does so
// unless told otherwise.
func runtimeProgram(root string) []string {
	if _, err := os.Stat(filepath.Join(root, crunPath)); err != nil {
		if _, err := os.Stat(filepath.Join(root, runcPath)); err == nil {
			return []string{runcPath}
		}
	}
	return []string{crunPath, "--cgroup-manager", "cgroupfs"}
}

func (c *crun) command(args ...string) []string {
	return append(append(append([]string{}, c.program...), "--root", runtimeRoot), args...)
}

func (c *crun) Start(ctx context.Context, name, bundle string, io *stdio) (<-chan exitStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, runtimeDeadline)
	defer cancel()
	// crun's own words go to a log file: its streams are the container's.
	log, pidFile := filepath.Join(bundle, "crun.log"), filepath.Join(bundle, "pid")
	_ = os.Remove(log)
	args := c.command("--log", log, "run", "--detach", "--bundle", bundle, "--pid-file", pidFile)
	if io.console != "" {
		args = append(args, "--console-socket", io.console)
	}
	crunPid, end, err := c.reaper.start(append(args, name), io.files[:])
	if err != nil {
		return nil, err
	}
	select {
	case s := <-end:
		if err := commandError("crun run", s, lastLine(log), nil); err != nil {
			c.Delete(name)
			return nil, err
		}
	case <-ctx.Done():
		_ = c.reaper.signal(crunPid, syscall.SIGKILL)
		c.Delete(name)
		return nil, fmt.Errorf("crun run: %w", ctx.Err())
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("pid file: %w", err)
	}
	c.mu.Lock()
	c.pids[name] = pid
	c.mu.Unlock()
	return c.reaper.watch(pid), nil
}

func (c *crun) Exec(ctx context.Context, name string, spec ociSpec, process []byte) (exitStatus, string, error) {
	c.mu.Lock()
	pid := c.pids[name]
	c.mu.Unlock()
	order, err := newInsideOrder(spec, process, pid, filepath.Join(runtimeRoot, name))
	if err == nil {
		order.cgroup = cgroupOf(name)
		return c.reaper.execInside(ctx, order)
	}
	if err != errNeedsRuntime {
		return exitStatus{}, "", err
	}
	return c.execByRuntime(ctx, name, process)
}

func (c *crun) execByRuntime(ctx context.Context, name string, process []byte) (exitStatus, string, error) {
	f, err := os.CreateTemp(c.work, "exec-*.json")
	if err != nil {
		return exitStatus{}, "", err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(process)
	f.Close()
	if err != nil {
		return exitStatus{}, "", err
	}
	return c.reaper.run(ctx, c.command("exec", "--process", f.Name(), name))
}

// processIO is what a process gets for its standard streams.
type processIO struct {
	files    [3]*os.File
	terminal bool // a new terminal instead of the files
}

// openProcess runs; terminal is the guest's side of its terminal, or nil.
type openProcess struct {
	terminal *os.File
	end      <-chan exitStatus
}

func (c *crun) Open(name string, spec ociSpec, process []byte, io processIO) (*openProcess, error) {
	c.mu.Lock()
	pid := c.pids[name]
	c.mu.Unlock()
	order, err := newInsideOrder(spec, process, pid, filepath.Join(runtimeRoot, name))
	if err == errNeedsRuntime {
		return c.openByRuntime(name, process, io)
	}
	if err != nil {
		return nil, err
	}
	order.cgroup, order.terminal = cgroupOf(name), io.terminal
	s := c.reaper.startInside(order, io.files[:])
	return &openProcess{terminal: s.master, end: s.end}, s.err
}

// openByRuntime leaves a process of the runtime beside the command; it ends with the command's exit code.
func (c *crun) openByRuntime(name string, process []byte, io processIO) (*openProcess, error) {
	dir, err := os.MkdirTemp(c.work, "exec-*")
	if err != nil {
		return nil, err
	}
	file, log := filepath.Join(dir, "process.json"), filepath.Join(dir, "crun.log")
	if err := os.WriteFile(file, process, 0o600); err != nil {
		return nil, err
	}
	args := c.command("--log", log, "exec", "--process", file)
	s := &stdio{}
	var received <-chan receivedFile
	if io.terminal {
		if received, err = s.listenConsole(dir); err != nil {
			return nil, err
		}
		args = append(args, "--console-socket", s.console)
	}
	_, end, err := c.reaper.start(append(args, name), io.files[:])
	if err != nil {
		s.stopListening()
		return nil, err
	}
	ended, problem := make(chan exitStatus, 1), ""
	go func() {
		status := <-end
		problem = lastLine(log)
		s.stopListening()
		_ = os.RemoveAll(dir)
		ended <- status
	}()
	if received == nil {
		return &openProcess{end: ended}, nil
	}
	r := <-received
	if r.err != nil {
		<-ended
		return nil, fmt.Errorf("crun exec: %s", problem)
	}
	return &openProcess{terminal: r.file, end: ended}, nil
}

func (c *crun) Signal(name string, signal int) error {
	c.mu.Lock()
	pid := c.pids[name]
	c.mu.Unlock()
	return c.reaper.signal(pid, syscall.Signal(signal))
}

func (c *crun) KillAll(name string) {
	_ = os.WriteFile(filepath.Join(cgroupOf(name), "cgroup.kill"), []byte("1"), 0)
}

func (c *crun) OOMKills(name string) int64 {
	text, _ := os.ReadFile(filepath.Join(cgroupOf(name), "memory.events"))
	return keyedValue(string(text), "oom_kill")
}

func (c *crun) Delete(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), runtimeDeadline)
	defer cancel()
	_, _, _ = c.reaper.run(ctx, c.command("delete", "--force", name))
}

func cgroupOf(name string) string { return filepath.Join(cgroupRoot, cgroupParent, name) }

// keyedValue reads a flat keyed file of the cgroup file system: "key number" lines.
func keyedValue(text, key string) int64 {
	for _, line := range strings.Split(text, "\n") {
		if k, v, ok := strings.Cut(line, " "); ok && k == key {
			n, _ := strconv.ParseInt(v, 10, 64)
			return n
		}
	}
	return 0
}

// lastLine gives the message of crun's log: its last line, without the time and level before it.
func lastLine(path string) string {
	text, _ := os.ReadFile(path)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// execProcess is the process of an exec in a container: the container's own, with another command.
func execProcess(spec map[string]interface{}, argv []string, terminal bool) ([]byte, error) {
	process := map[string]interface{}{}
	own, _ := spec["process"].(map[string]interface{})
	for k, v := range own {
		process[k] = v
	}
	process["args"] = argv
	process["terminal"] = terminal
	delete(process, "consoleSize")
	if terminal {
		environment := newEnvironment(stringList(process["env"]))
		if _, set := environment.lookup("TERM"); !set {
			environment.set("TERM", "xterm")
		}
		process["env"] = environment.list()
	}
	return json.Marshal(process)
}
