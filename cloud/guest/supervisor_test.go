package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// scripted is a runtime whose containers end when their script or a signal says so.
type scripted struct {
	mu      sync.Mutex
	scripts map[string][]int // exit codes of the runs, one after the other; the last run stays up when there is none left
	events  []string
	ends    map[string]chan exitStatus
	deaf    map[string]bool // containers that ignore signals
	broken  map[string]error
	oom     map[string]int64
	execs   map[string]exitStatus // by the command's first word
	inputs  map[string]*os.File   // standard input of those that run
}

func newScripted() *scripted {
	return &scripted{scripts: map[string][]int{}, ends: map[string]chan exitStatus{}, deaf: map[string]bool{},
		broken: map[string]error{}, oom: map[string]int64{}, execs: map[string]exitStatus{},
		inputs: map[string]*os.File{}}
}

func (s *scripted) note(format string, args ...interface{}) {
	s.events = append(s.events, fmt.Sprintf(format, args...))
}

func (s *scripted) history() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.events, " ")
}

func (s *scripted) Start(_ context.Context, name, bundle string, io *stdio) (<-chan exitStatus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.broken[name]; err != nil {
		return nil, err
	}
	s.note("start:%s", name)
	fmt.Fprintf(io.files[1], "%s runs\n", name)
	if fd, err := syscall.Dup(int(io.files[0].Fd())); err == nil {
		s.inputs[name] = os.NewFile(uintptr(fd), "input")
	}
	end := make(chan exitStatus, 1)
	if codes := s.scripts[name]; len(codes) > 0 {
		s.scripts[name] = codes[1:]
		_ = os.WriteFile(filepath.Join(bundle, "termination-log"), []byte(fmt.Sprintf("code %d", codes[0])), 0o600)
		end <- exitStatus{code: codes[0]}
	} else {
		s.ends[name] = end
	}
	return end, nil
}

func (s *scripted) Exec(_ context.Context, name string, _ ociSpec, process []byte) (exitStatus, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for word, status := range s.execs {
		if strings.Contains(string(process), `"`+word+`"`) {
			s.note("exec:%s:%s", name, word)
			return status, "output", nil
		}
	}
	return exitStatus{code: 1}, "", nil
}

func (s *scripted) Signal(name string, signal int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note("signal:%s:%d", name, signal)
	if end := s.ends[name]; end != nil && !s.deaf[name] {
		end <- exitStatus{code: 0}
		delete(s.ends, name)
	}
	return nil
}

func (s *scripted) KillAll(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end := s.ends[name]; end != nil {
		s.note("kill:%s", name)
		end <- exitStatus{code: 137, signal: 9}
		delete(s.ends, name)
	}
}

func (s *scripted) OOMKills(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.oom[name]
}

func (s *scripted) Delete(string) {}

// input gives the standard input of a container's present run.
func (s *scripted) input(name string) *os.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inputs[name]
}

func (s *scripted) setExec(word string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.execs[word] = exitStatus{code: code}
}

type plainRoots struct{}

func (plainRoots) mountRoot(string, []string) error { return nil }
func (plainRoots) unmountRoot(string)               {}

// newTestPod makes a Pod over a runtime, with one bundle a container.
func newTestPod(t *testing.T, runtime Runtime, metadata MachineMetadata) *pod {
	t.Helper()
	dir := t.TempDir()
	id := &Identity{metadata: &metadata, instance: &InstanceMetadata{ID: "i-1"}, podName: "web-1"}
	for _, list := range [][]Container{metadata.InitContainers, metadata.Containers} {
		for _, c := range list {
			bundle := filepath.Join(dir, "image", "services", c.Name)
			if err := os.MkdirAll(filepath.Join(bundle, "rootfs"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(bundle, "config.json"), []byte(`{"process":{"args":["x"]}}`), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	status := newStatusStore(time.Now())
	status.assign(id)
	p := &pod{id: id, dir: dir, bundles: filepath.Join(dir, "image"), options: kernelOptions{backOff: time.Millisecond},
		runtime: runtime, roots: plainRoots{}, status: status}
	if err := p.prepare(nil); err != nil {
		t.Fatal(err)
	}
	return p
}

// runInBackground runs a Pod and gives a channel that is closed at its end.
func runInBackground(t *testing.T, p *pod) <-chan struct{} {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := p.run(); err != nil {
			t.Error(err)
		}
	}()
	return done
}

func awaitEnd(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the Pod did not end")
	}
}

func (p *pod) of(name string) ContainerStatus {
	c, _ := p.status.get(name)
	return c
}

func TestInitContainersRunInOrderBeforeTheOthers(t *testing.T) {
	s := newScripted()
	s.scripts["one"], s.scripts["two"], s.scripts["main"] = []int{1, 0}, []int{0}, []int{0}
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "OnFailure",
		InitContainers: []Container{{Name: "one"}, {Name: "two"}}, Containers: []Container{{Name: "main"}}})
	awaitEnd(t, runInBackground(t, p))
	if got := s.history(); got != "start:one start:one start:two start:main" {
		t.Errorf("got %s", got)
	}
	one := p.of("one")
	if !one.Ready || one.RestartCount != 1 || one.State.Terminated.ExitCode != 0 || one.LastState.Terminated.ExitCode != 1 {
		t.Errorf("got %+v", one)
	}
	if got := p.status.snapshot().Phase; got != "Succeeded" {
		t.Errorf("got %s", got)
	}
}

func TestFailedInitContainerFailsThePod(t *testing.T) {
	s := newScripted()
	s.scripts["init"] = []int{3}
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Never",
		InitContainers: []Container{{Name: "init"}}, Containers: []Container{{Name: "main"}}})
	awaitEnd(t, runInBackground(t, p))
	if got := p.status.snapshot(); got.Phase != "Failed" || got.Containers[0].State.Waiting.Reason != "PodInitializing" {
		t.Errorf("got %+v", got)
	}
}

func TestSidecarRunsBesideAndStopsLast(t *testing.T) {
	s := newScripted()
	s.scripts["main"] = []int{0}
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Never", TerminationGracePeriodSeconds: 5,
		InitContainers: []Container{{Name: "proxy", RestartPolicy: "Always"}, {Name: "log", RestartPolicy: "Always"}},
		Containers:     []Container{{Name: "main"}}})
	awaitEnd(t, runInBackground(t, p))
	if got := s.history(); got != "start:proxy start:log start:main signal:log:15 signal:proxy:15" {
		t.Errorf("got %s", got)
	}
}

func TestCrashLoopBackOff(t *testing.T) {
	s := newScripted()
	s.scripts["main"] = []int{2, 2}
	p := newTestPod(t, s, MachineMetadata{Namespace: "shop", RestartPolicy: "Always",
		Containers: []Container{{Name: "main", TerminationMessagePath: "/dev/termination-log"}}})
	p.options.backOff = time.Hour
	done := runInBackground(t, p)
	await(t, "back-off", func() bool {
		c := p.of("main")
		return c.State.Waiting != nil && c.State.Waiting.Reason == "CrashLoopBackOff"
	})
	c := p.of("main")
	if want := "back-off 1h0m0s restarting failed container=main pod=web-1_shop()"; c.State.Waiting.Message != want {
		t.Errorf("got %q", c.State.Waiting.Message)
	}
	last := c.LastState.Terminated
	if c.RestartCount != 1 || last.ExitCode != 2 || last.Reason != "Error" || last.Message != "code 2" {
		t.Errorf("got %+v, %+v", c, last)
	}
	p.stop(0)
	awaitEnd(t, done)
	if c = p.of("main"); c.State.Terminated == nil || c.State.Terminated.ExitCode != 2 {
		t.Errorf("got %+v", c)
	}
}

func TestContainerThatCannotStart(t *testing.T) {
	s := newScripted()
	s.broken["main"] = fmt.Errorf("executable file `x` not found in $PATH: No such file or directory")
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Never", Containers: []Container{{Name: "main"}}})
	awaitEnd(t, runInBackground(t, p))
	end := p.of("main").State.Terminated
	if end == nil || end.ExitCode != 128 || end.Reason != "ContainerCannotRun" || !strings.Contains(end.Message, "not found in $PATH") {
		t.Errorf("got %+v", end)
	}
}

func TestTerminationReasons(t *testing.T) {
	for _, c := range []struct {
		status exitStatus
		kills  int64
		want   string
	}{{exitStatus{code: 0}, 0, "Completed"}, {exitStatus{code: 1}, 0, "Error"}, {exitStatus{code: 137, signal: 9}, 1, "OOMKilled"},
		{exitStatus{code: 137, signal: 9}, 0, "Error"}, {exitStatus{code: 1}, 1, "Error"}} {
		if got := terminationReason(c.status, c.kills); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestTerminationMessageFallsBackToLogs(t *testing.T) {
	s := newScripted()
	s.broken["other"] = fmt.Errorf("x")
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Never", Containers: []Container{
		{Name: "main", TerminationMessagePolicy: "FallbackToLogsOnError"}}})
	done := runInBackground(t, p)
	await(t, "a line in the log", func() bool { r := p.runnerOf("main"); return r != nil && logTail(r.log.get(false), 1, 99) != "" })
	s.KillAll("main")
	awaitEnd(t, done)
	if got := p.of("main").State.Terminated; got.Message != "main runs\n" || got.Signal != 9 {
		t.Errorf("got %+v", got)
	}
}

func TestStopRunsPreStopThenSignalsThenKills(t *testing.T) {
	s := newScripted()
	s.deaf["main"] = true
	s.setExec("drain", 0)
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Always", Containers: []Container{
		{Name: "main", PreStop: &Handler{Exec: []string{"drain"}}}}})
	done := runInBackground(t, p)
	await(t, "running", func() bool { return p.of("main").Started })
	p.stop(time.Millisecond)
	awaitEnd(t, done)
	if got := s.history(); got != "start:main exec:main:drain signal:main:15 kill:main" {
		t.Errorf("got %s", got)
	}
	if got := p.of("main").State.Terminated; got == nil || got.ExitCode != 137 {
		t.Errorf("got %+v", got)
	}
}

func TestFailedPostStartEndsTheRun(t *testing.T) {
	s := newScripted()
	s.setExec("prepare", 1)
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Never", TerminationGracePeriodSeconds: 1, Containers: []Container{
		{Name: "main", PostStart: &Handler{Exec: []string{"prepare"}}}}})
	awaitEnd(t, runInBackground(t, p))
	if got := s.history(); got != "start:main exec:main:prepare signal:main:15" {
		t.Errorf("got %s", got)
	}
}

func TestLivenessFailureRestarts(t *testing.T) {
	s := newScripted()
	s.setExec("alive", 1)
	probe := &Probe{Handler: Handler{Exec: []string{"alive"}}, TimeoutSeconds: 1, PeriodSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1}
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Always", TerminationGracePeriodSeconds: 1,
		Containers: []Container{{Name: "main", LivenessProbe: probe}}})
	done := runInBackground(t, p)
	await(t, "a restart", func() bool { return p.of("main").RestartCount >= 1 })
	s.setExec("alive", 0)
	p.stop(0)
	awaitEnd(t, done)
	if got := s.history(); !strings.HasPrefix(got, "start:main exec:main:alive signal:main:15 start:main") {
		t.Errorf("got %s", got)
	}
}

func TestReadinessFollowsItsProbe(t *testing.T) {
	s := newScripted()
	s.setExec("check", 1)
	probe := func(word string) *Probe {
		return &Probe{Handler: Handler{Exec: []string{word}}, TimeoutSeconds: 1, PeriodSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1}
	}
	p := newTestPod(t, s, MachineMetadata{RestartPolicy: "Always", Containers: []Container{
		{Name: "main", ReadinessProbe: probe("check")}, {Name: "other"}}})
	done := runInBackground(t, p)
	await(t, "the container without a probe is ready", func() bool { return p.of("other").Ready })
	if p.status.ready() {
		t.Error("the Pod must wait for the probe")
	}
	s.setExec("check", 0)
	await(t, "the Pod is ready", p.status.ready)
	s.setExec("check", 1)
	await(t, "the Pod is not ready any more", func() bool { return !p.status.ready() })
	p.stop(0)
	awaitEnd(t, done)
}

func TestMissingBundleIsAnError(t *testing.T) {
	id := testIdentity()
	id.metadata.Containers = []Container{{Name: "absent"}}
	p := &pod{id: id, dir: t.TempDir(), bundles: t.TempDir(), status: newStatusStore(time.Now())}
	if err := p.prepare(nil); err == nil || err.Error() != `the image holds no container "absent"` {
		t.Errorf("got %v", err)
	}
}

// Open starts the program on this machine.
func (s *scripted) Open(_ string, _ ociSpec, process []byte, io processIO) (*openProcess, error) {
	var p ociProcess
	if err := json.Unmarshal(process, &p); err != nil {
		return nil, err
	}
	path, err := lookPath(p.Args[0], os.Environ())
	if err != nil {
		return nil, err
	}
	opened, files := &openProcess{}, io.files[:]
	attributes := &syscall.ProcAttr{Env: append(os.Environ(), p.Env...),
		Sys: &syscall.SysProcAttr{Setsid: true, Setctty: io.terminal}}
	if io.terminal {
		master, terminal, err := openTerminal("/dev/ptmx", os.Getuid())
		if err != nil {
			return nil, err
		}
		defer terminal.Close()
		opened.terminal, files = master, []*os.File{terminal, terminal, terminal}
	}
	for _, f := range files {
		attributes.Files = append(attributes.Files, f.Fd())
	}
	_, opened.end, err = testReaper.forkWatched(path, p.Args, attributes)
	return opened, err
}
