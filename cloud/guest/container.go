package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	// minimumGrace is what even a grace period of 0 leaves between SIGTERM and SIGKILL (kuberuntime_container.go).
	minimumGrace = 2 * time.Second
	// maxMessageBytes bounds a termination message (kubelet: MaxContainerTerminationMessageLength).
	maxMessageBytes = 4096
	// maxMessageLogLines and maxMessageLogBytes bound one taken from the logs (FallbackToLogsOnError).
	maxMessageLogLines = 80
	maxMessageLogBytes = 2048
	// exitCannotRun is the exit code of a container that could not be started (containerd's StartError).
	exitCannotRun = 128
)

// runner keeps one container as its restart policy says, run after run.
type runner struct {
	pod       *pod
	container *Container
	bundle    string
	policy    string
	log       *containerLog
	backOff   backOff

	mu       sync.Mutex
	run      *activeRun
	stopping chan struct{}
	ended    chan struct{}
	started  chan struct{}
}

// activeRun is one run of a container, from its start to its end.
type activeRun struct {
	spec       ociSpec
	io         *stdio
	startedAt  time.Time
	cancel     context.CancelFunc
	done       chan struct{}
	killOnce   sync.Once
	messageLog string
}

func newRunner(p *pod, c *Container, bundle, policy string) *runner {
	log := newContainerLog(filepath.Join(p.dir, "logs"), c.Name)
	log.ring = p.logDisk.ring(c.Name)
	return &runner{
		pod: p, container: c, bundle: bundle, policy: policy,
		log:      log,
		backOff:  backOff{base: p.options.backOff},
		stopping: make(chan struct{}), ended: make(chan struct{}), started: make(chan struct{}),
	}
}

// keep runs the container until its policy says it is done, or stop is called. It gives the last exit code.
func (r *runner) keep() int {
	defer close(r.ended)
	exitCode := 0
	for restarts := 0; !r.isStopping(); restarts++ {
		end := r.once(restarts)
		consolef("container %s: ended with exit code %d (%s)", r.container.Name, end.ExitCode, end.Reason)
		exitCode = end.ExitCode
		if r.isStopping() || !shouldRestart(r.policy, exitCode) || !r.waitBackOff(end) {
			break
		}
	}
	return exitCode
}

// waitBackOff shows CrashLoopBackOff while it waits; false when the Pod stops meanwhile.
func (r *runner) waitBackOff(end Terminated) bool {
	wait := r.backOff.next(time.Now(), end.finished)
	if wait <= 0 {
		return !r.isStopping()
	}
	message := fmt.Sprintf("back-off %s restarting failed container=%s pod=%s_%s(%s)",
		wait.Round(time.Second), r.container.Name, r.pod.id.name(), r.pod.id.metadata.Namespace, r.pod.id.uid())
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		c.LastState, c.State = ContainerState{Terminated: &end}, waiting("CrashLoopBackOff", message)
	})
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.stopping:
		// As in the kubelet, a container that was to start again ends as it ended last.
		r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
			c.State, c.LastState = ContainerState{Terminated: &end}, ContainerState{}
		})
		return false
	}
}

// active gives the present run, or nil.
func (r *runner) active() *activeRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.run
}

func (r *runner) isStopping() bool {
	select {
	case <-r.stopping:
		return true
	default:
		return false
	}
}

// once makes one run: prepare, start, hooks and probes, end.
func (r *runner) once(restarts int) Terminated {
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		if c.State.Terminated != nil {
			c.LastState = c.State
		}
		c.RestartCount, c.Started, c.Ready = restarts, false, false
		c.State = waiting("ContainerCreating", "")
	})
	run, end, err := r.start()
	if err != nil {
		consolef("container %s: %v", r.container.Name, err)
		now := time.Now()
		return r.finish(Terminated{ExitCode: exitCannotRun, Reason: "ContainerCannotRun", Message: err.Error(),
			StartedAt: rfc3339(now), FinishedAt: rfc3339(now), finished: now})
	}
	consolef("container %s: started", r.container.Name)
	r.pod.onContainerStart()
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		c.State = ContainerState{Running: &Running{StartedAt: rfc3339(run.startedAt)}}
	})
	ctx, cancel := context.WithCancel(context.Background())
	run.cancel = cancel
	go r.attend(ctx, run)
	if r.isStopping() {
		go r.terminate(run, r.pod.graceLeft())
	}
	status := <-end
	cancel()
	return r.finish(r.conclude(run, status))
}

// start prepares a run and starts it.
func (r *runner) start() (*activeRun, <-chan exitStatus, error) {
	dir := r.pod.runDir(r.container.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	run, err := r.prepare(dir)
	if err != nil {
		return nil, nil, err
	}
	io, err := openStdio(r.container, dir, r.log)
	if err != nil {
		return nil, nil, err
	}
	end, err := r.pod.runtime.Start(context.Background(), r.container.Name, dir, io)
	if err != nil {
		io.close()
		r.log.get(false).end()
		r.pod.roots.unmountRoot(dir)
		return nil, nil, err
	}
	io.started()
	run.io, run.startedAt = io, time.Now()
	r.mu.Lock()
	r.run = run
	r.mu.Unlock()
	watched := make(chan exitStatus, 1)
	go func() {
		s := <-end
		io.close()
		watched <- s
	}()
	return run, watched, nil
}

// prepare makes the run's directory: config.json, root file system, termination message.
func (r *runner) prepare(dir string) (*activeRun, error) {
	spec, err := readSpec(filepath.Join(r.bundle, "config.json"))
	if err != nil {
		return nil, err
	}
	layers, err := layersOf(r.bundle)
	if err != nil {
		return nil, err
	}
	binds, err := r.pod.volumes.binds(r.container.Mounts)
	if err != nil {
		return nil, err
	}
	run := &activeRun{spec: spec, done: make(chan struct{}), messageLog: filepath.Join(dir, "termination-log")}
	binds = append(r.pod.hostBinds(), binds...)
	if r.container.TerminationMessagePath != "" {
		if err := emptyFile(run.messageLog); err != nil {
			return nil, err
		}
		binds = append(binds, bind{source: run.messageLog, target: r.container.TerminationMessagePath})
	}
	settings := runSettings{container: r.container, field: r.pod.id.field, binds: binds,
		fsGroup: r.pod.id.metadata.FSGroup, hostname: r.pod.id.hostname()}
	if err := mergeSpec(spec, settings); err != nil {
		return nil, err
	}
	if err := r.pod.roots.mountRoot(dir, layers); err != nil {
		return nil, err
	}
	return run, spec.write(filepath.Join(dir, "config.json"))
}

// emptyFile makes a file that any user of a container may write (kubelet's makeMounts does the same).
func emptyFile(path string) error {
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		return err
	}
	return os.Chmod(path, 0o666)
}

// attend runs the postStart hook and then the probes of a run.
func (r *runner) attend(ctx context.Context, run *activeRun) {
	if hook := r.container.PostStart; hook != nil {
		if err := r.pod.actions.run(ctx, r.container.Name, hook); err != nil && ctx.Err() == nil {
			consolef("container %s: postStart hook failed: %v", r.container.Name, err)
			r.terminate(run, r.pod.grace())
			return
		}
	}
	p := &probes{actions: r.pod.actions, container: r.container, leastTimeout: r.pod.options.probeTimeout,
		onStarted: func() { r.markStarted(ctx) },
		onReady:   func(ready bool) { r.markReady(ctx, ready) },
		onFailure: func(kind string, err error) {
			consolef("container %s failed %s probe, will be restarted: %v", r.container.Name, kind, err)
			go r.terminate(run, r.pod.grace())
		},
	}
	p.run(ctx)
}

func (r *runner) markStarted(ctx context.Context) {
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		if ctx.Err() == nil {
			c.Started = true
		}
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.started:
	default:
		close(r.started)
	}
}

func (r *runner) markReady(ctx context.Context, ready bool) {
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		if ctx.Err() == nil {
			c.Ready = ready
		}
	})
}

// conclude gathers how a run ended and removes what is left of it.
func (r *runner) conclude(run *activeRun, status exitStatus) Terminated {
	finished := time.Now()
	r.mu.Lock()
	r.run = nil
	r.mu.Unlock()
	close(run.done)
	name := r.container.Name
	oomKills := r.pod.runtime.OOMKills(name)
	r.pod.runtime.KillAll(name)
	r.pod.runtime.Delete(name)
	r.log.get(false).endSoon(run.io.hub.busy)
	run.io.hub.end()
	t := Terminated{ExitCode: status.code, Signal: status.signal, Reason: terminationReason(status, oomKills),
		StartedAt: rfc3339(run.startedAt), FinishedAt: rfc3339(finished), finished: finished}
	t.Message = r.terminationMessage(run, status.code)
	r.pod.roots.unmountRoot(r.pod.runDir(name))
	return t
}

func terminationReason(status exitStatus, oomKills int64) string {
	switch {
	case oomKills > 0 && status.code == 137:
		return "OOMKilled"
	case status.code == 0:
		return "Completed"
	}
	return "Error"
}

func (r *runner) finish(t Terminated) Terminated {
	r.pod.status.container(r.container.Name, func(c *ContainerStatus) {
		c.State, c.Started = ContainerState{Terminated: &t}, false
		c.Ready = r.isInit() && t.ExitCode == 0
	})
	return t
}

// isInit tells whether the container has to end before others begin.
func (r *runner) isInit() bool { return r.pod.isInit(r.container.Name) && !r.container.Sidecar() }

// terminationMessage is the file's text or, by the policy, the end of a failed container's log.
func (r *runner) terminationMessage(run *activeRun, exitCode int) string {
	text, _ := readHead(run.messageLog, maxMessageBytes)
	if len(text) == 0 && exitCode != 0 && r.container.TerminationMessagePolicy == "FallbackToLogsOnError" {
		return logTail(r.log.get(false), maxMessageLogLines, maxMessageLogBytes)
	}
	return string(text)
}

// terminate ends a run: preStop, the image's stop signal, and SIGKILL when the grace period is over. It returns when the run
// has ended; the first call decides.
func (r *runner) terminate(run *activeRun, grace time.Duration) {
	run.killOnce.Do(func() {
		deadline := time.Now().Add(grace)
		if hook := r.container.PreStop; hook != nil && grace > 0 {
			ctx, cancel := context.WithDeadline(context.Background(), deadline)
			if err := r.pod.actions.run(ctx, r.container.Name, hook); err != nil {
				consolef("container %s: preStop hook failed: %v", r.container.Name, err)
			}
			cancel()
		}
		left := time.Until(deadline)
		if left < minimumGrace {
			left = minimumGrace
		}
		if err := r.pod.runtime.Signal(r.container.Name, stopSignal(run.spec)); err != nil && err != syscall.ESRCH {
			consolef("container %s: %v", r.container.Name, err)
		}
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-run.done:
		case <-timer.C:
			consolef("container %s: did not stop in time, killed", r.container.Name)
			r.pod.runtime.KillAll(r.container.Name)
		}
	})
	<-run.done
}

// stop ends the container for good and waits for its end.
func (r *runner) stop(grace time.Duration) {
	r.mu.Lock()
	if !r.isStopping() {
		close(r.stopping)
	}
	run := r.run
	r.mu.Unlock()
	// A run may be ending with a longer grace period already, after a failed probe.
	last := time.AfterFunc(grace+minimumGrace, r.kill)
	defer last.Stop()
	if run != nil {
		r.terminate(run, grace)
	}
	<-r.ended
}

// kill ends the present run at once.
func (r *runner) kill() { r.pod.runtime.KillAll(r.container.Name) }
