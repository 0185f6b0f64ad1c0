package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// GuestStatus is the guest's side of io.i2kit.cloud.model.GuestStatus.
type GuestStatus struct {
	InstanceID       string            `json:"instanceId"`
	Namespace        string            `json:"namespace"`
	PodName          string            `json:"podName"`
	PodUID           string            `json:"podUid"`
	PodAddress       string            `json:"podAddress"`
	Phase            string            `json:"phase"`
	Ready            bool              `json:"ready"`
	StartedAt        string            `json:"startedAt"`
	BootMillis       int64             `json:"bootMillis"`
	MemoryUsedBytes  int64             `json:"memoryUsedBytes"`
	MemoryTotalBytes int64             `json:"memoryTotalBytes"`
	Problem          string            `json:"problem"`
	InitContainers   []ContainerStatus `json:"initContainers"`
	Containers       []ContainerStatus `json:"containers"`
}

// ContainerStatus is one container's part of it.
type ContainerStatus struct {
	Name         string         `json:"name"`
	Ready        bool           `json:"ready"`
	Started      bool           `json:"started"`
	RestartCount int            `json:"restartCount"`
	State        ContainerState `json:"state"`
	LastState    ContainerState `json:"lastState"`

	sidecar bool
}

// ContainerState has the shape of v1.ContainerState; lastState may have no part.
type ContainerState struct {
	Waiting    *Waiting    `json:"waiting,omitempty"`
	Running    *Running    `json:"running,omitempty"`
	Terminated *Terminated `json:"terminated,omitempty"`
}

// Waiting says why a container does not run yet.
type Waiting struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// Running says since when.
type Running struct {
	StartedAt string `json:"startedAt"`
}

// Terminated says how a run ended.
type Terminated struct {
	ExitCode   int    `json:"exitCode"`
	Signal     int    `json:"signal"`
	Reason     string `json:"reason"`
	Message    string `json:"message"`
	StartedAt  string `json:"startedAt"`
	FinishedAt string `json:"finishedAt"`

	finished time.Time
}

func waiting(reason, message string) ContainerState {
	return ContainerState{Waiting: &Waiting{Reason: reason, Message: message}}
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// statusStore holds what /status says; every change has a version, and waiters hear of it.
type statusStore struct {
	mu            sync.Mutex
	id            *Identity
	restartPolicy string
	startedAt     time.Time
	bootMillis    int64
	problem       string
	terminating   bool
	containers    map[string]*ContainerStatus
	initNames     []string
	names         []string
	version       uint64
	changed       chan struct{}
}

func newStatusStore(now time.Time) *statusStore {
	return &statusStore{startedAt: now, containers: map[string]*ContainerStatus{}, changed: make(chan struct{})}
}

// assign tells the store whose status it holds, once the metadata is known.
func (s *statusStore) assign(id *Identity) {
	s.update(func() {
		s.id, s.restartPolicy = id, id.metadata.RestartPolicy
		for _, c := range id.metadata.InitContainers {
			s.initNames = append(s.initNames, c.Name)
			s.containers[c.Name] = &ContainerStatus{
				Name: c.Name, State: waiting("PodInitializing", ""), sidecar: c.Sidecar()}
		}
		reason := "ContainerCreating"
		if len(s.initNames) > 0 {
			reason = "PodInitializing"
		}
		for _, c := range id.metadata.Containers {
			s.names = append(s.names, c.Name)
			s.containers[c.Name] = &ContainerStatus{Name: c.Name, State: waiting(reason, "")}
		}
	})
}

// update runs a change under the lock and tells the waiters.
func (s *statusStore) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// container changes one container's status.
func (s *statusStore) container(name string, change func(*ContainerStatus)) {
	s.update(func() { change(s.containers[name]) })
}

// touch announces a change that the store does not hold itself, such as the Pod's name.
func (s *statusStore) touch() { s.update(func() {}) }

func (s *statusStore) fail(format string, args ...interface{}) {
	text := fmt.Sprintf(format, args...)
	consolef("problem: %s", text)
	s.update(func() { s.problem = text })
}

// get gives a container's status; false when there is no such container.
func (s *statusStore) get(name string) (ContainerStatus, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.containers[name]
	if !ok {
		return ContainerStatus{}, false
	}
	return *c, true
}

func (s *statusStore) ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readyLocked()
}

func (s *statusStore) readyLocked() bool {
	if s.terminating || len(s.names) == 0 {
		return false
	}
	for _, c := range s.containers {
		if !c.Ready {
			return false
		}
	}
	return true
}

// etag names a version of the status; two guests never share one.
func (s *statusStore) etag() (string, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("\"%x-%d\"", s.startedAt.UnixNano(), s.version), s.changed
}

func (s *statusStore) list(names []string) []ContainerStatus {
	list := make([]ContainerStatus, 0, len(names))
	for _, n := range names {
		list = append(list, *s.containers[n])
	}
	return list
}

func (s *statusStore) snapshot() GuestStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := GuestStatus{
		Ready: s.readyLocked(), StartedAt: rfc3339(s.startedAt), BootMillis: s.bootMillis, Problem: s.problem,
		InitContainers: s.list(s.initNames), Containers: s.list(s.names),
	}
	if s.id != nil {
		g.InstanceID, g.Namespace = s.id.instance.ID, s.id.metadata.Namespace
		g.PodName, g.PodUID, g.PodAddress = s.id.name(), s.id.uid(), s.id.address()
	}
	g.Phase = podPhase(s.restartPolicy, g.InitContainers, g.Containers)
	text, _ := os.ReadFile("/proc/meminfo")
	g.MemoryTotalBytes, g.MemoryUsedBytes = memInfo(string(text))
	return g
}

// podPhase computes the phase as the kubelet does (pkg/kubelet/kubelet_pods.go, getPhase).
func podPhase(restartPolicy string, initContainers, containers []ContainerStatus) string {
	initializing, failed := initPhase(initContainers)
	if failed && restartPolicy == "Never" {
		return "Failed"
	}
	var waitingCount, running, stopped, succeeded int
	for _, c := range containers {
		switch {
		case c.State.Running != nil:
			running++
		case c.State.Terminated != nil:
			stopped++
			if c.State.Terminated.ExitCode == 0 {
				succeeded++
			}
		case c.LastState.Terminated != nil:
			stopped++
		default:
			waitingCount++
		}
	}
	switch {
	case len(containers) == 0 || initializing && running+stopped == 0 || waitingCount > 0:
		return "Pending"
	case running > 0 || restartPolicy == "Always":
		return "Running"
	case stopped == succeeded:
		return "Succeeded"
	case restartPolicy == "Never":
		return "Failed"
	}
	return "Running"
}

// initPhase tells whether init containers are still to run, and whether one has failed.
func initPhase(containers []ContainerStatus) (initializing, failed bool) {
	for _, c := range containers {
		switch {
		case c.sidecar:
			if !c.Started && c.LastState.Terminated == nil {
				initializing = true
			}
		case c.State.Terminated != nil:
			failed = failed || c.State.Terminated.ExitCode != 0
		case c.State.Waiting != nil && c.LastState.Terminated != nil && c.LastState.Terminated.ExitCode != 0:
			failed, initializing = true, true
		default:
			initializing = true
		}
	}
	return initializing || failed, failed
}
