package main

import (
	"testing"
	"time"
)

func TestPodPhase(t *testing.T) {
	running := ContainerStatus{State: ContainerState{Running: &Running{}}, Started: true}
	done := ContainerStatus{State: ContainerState{Terminated: &Terminated{}}}
	failed := ContainerStatus{State: ContainerState{Terminated: &Terminated{ExitCode: 1}}}
	fresh := ContainerStatus{State: waiting("ContainerCreating", "")}
	looping := ContainerStatus{State: waiting("CrashLoopBackOff", ""), LastState: failed.State}
	sidecar := ContainerStatus{State: ContainerState{Running: &Running{}}, Started: true, sidecar: true}
	starting := ContainerStatus{State: ContainerState{Running: &Running{}}, sidecar: true}
	list := func(all ...ContainerStatus) []ContainerStatus { return all }
	cases := []struct {
		name, policy, want string
		init, containers   []ContainerStatus
	}{
		{"nothing known", "Always", "Pending", nil, nil},
		{"creating", "Always", "Pending", nil, list(fresh)},
		{"one of two", "Always", "Pending", nil, list(running, fresh)},
		{"running", "Always", "Running", nil, list(running)},
		{"crash loop", "Always", "Running", nil, list(looping)},
		{"ended, to restart", "Always", "Running", nil, list(done)},
		{"succeeded", "Never", "Succeeded", nil, list(done, done)},
		{"failed", "Never", "Failed", nil, list(done, failed)},
		{"failed, to restart", "OnFailure", "Running", nil, list(done, failed)},
		{"succeeded on failure", "OnFailure", "Succeeded", nil, list(done)},
		{"one still runs", "Never", "Running", nil, list(failed, running)},
		{"initializing", "Always", "Pending", list(running), list(fresh)},
		{"init crash loop", "Always", "Pending", list(looping), list(fresh)},
		{"init failed", "Never", "Failed", list(failed), list(fresh)},
		{"initialized", "Always", "Running", list(done, sidecar), list(running)},
		{"sidecar starting", "Always", "Pending", list(starting), list(fresh)},
	}
	for _, c := range cases {
		if got := podPhase(c.policy, c.init, c.containers); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestReadyNeedsEveryContainerAndNoTermination(t *testing.T) {
	s := newStatusStore(time.Now())
	if s.ready() {
		t.Error("a machine without metadata must not be ready")
	}
	id := testIdentity()
	id.metadata.Containers = []Container{{Name: "a"}, {Name: "b"}}
	s.assign(id)
	s.container("a", func(c *ContainerStatus) { c.Ready = true })
	if s.ready() {
		t.Error("one container is not ready")
	}
	s.container("b", func(c *ContainerStatus) { c.Ready = true })
	if !s.ready() {
		t.Error("all containers are ready")
	}
	s.update(func() { s.terminating = true })
	if s.ready() {
		t.Error("a machine that terminates must not be ready")
	}
}

func TestChangesHaveNewTags(t *testing.T) {
	s := newStatusStore(time.Now())
	before, changed := s.etag()
	if again, _ := s.etag(); again != before {
		t.Error("the tag must stay without a change")
	}
	s.fail("disk %s", "gone")
	select {
	case <-changed:
	default:
		t.Error("waiters must be told")
	}
	if after, _ := s.etag(); after == before {
		t.Error("a change must have another tag")
	}
	if got := s.snapshot(); got.Problem != "disk gone" || got.Phase != "Pending" {
		t.Errorf("got %+v", got)
	}
}

func TestBackOff(t *testing.T) {
	b := backOff{base: 10 * time.Second}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, want := range []int{0, 10, 20, 40, 80, 160, 300, 300} {
		wait := b.next(now, now)
		if wait != time.Duration(want)*time.Second {
			t.Errorf("restart %d: got %s, want %d s", i, wait, want)
		}
		now = now.Add(wait + time.Second)
	}
	now = now.Add(2*maxBackOff + time.Second)
	if wait := b.next(now, now); wait != 0 {
		t.Errorf("after a long run: got %s", wait)
	}
	if wait := b.next(now.Add(4*time.Second), now); wait != 6*time.Second {
		t.Errorf("the delay counts from the end of the run: got %s", wait)
	}
}

func TestShouldRestart(t *testing.T) {
	for _, c := range []struct {
		policy string
		code   int
		want   bool
	}{{"Always", 0, true}, {"Always", 1, true}, {"OnFailure", 0, false}, {"OnFailure", 1, true}, {"Never", 1, false}} {
		if got := shouldRestart(c.policy, c.code); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestKernelOptions(t *testing.T) {
	o := parseKernelOptions("console=ttyS0 i2kit.backoff=1500ms i2kit.probetimeout=5s quiet\n")
	if o.backOff != 1500*time.Millisecond || o.probeTimeout != 5*time.Second {
		t.Errorf("got %+v", o)
	}
	if o := parseKernelOptions("i2kit.backoff=soon i2kit.probetimeout=-1s"); o.backOff != defaultBackOff || o.probeTimeout != 0 {
		t.Errorf("got %+v", o)
	}
}

func TestMachineFigures(t *testing.T) {
	total, used := memInfo("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   400 kB\n")
	if total != 1000<<10 || used != 600<<10 {
		t.Errorf("got %d, %d", total, used)
	}
	if got := parseUptime("7.25 3.10\n"); got != 7250*time.Millisecond {
		t.Errorf("got %s", got)
	}
	if !inMemory(0x858458f6) || !inMemory(0x01021994) || inMemory(0xef53) {
		t.Error("ramfs and tmpfs are in memory, ext4 is not")
	}
}
