package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// pod runs the containers of the machine's one Pod in the order that Kubernetes says.
type pod struct {
	id      *Identity
	dir     string
	bundles string
	options kernelOptions
	runtime Runtime
	roots   rootMounter
	status  *statusStore
	volumes *volumes
	actions *actions
	logDisk *logDisk // nil where the cloud gives none

	mu       sync.Mutex
	runners  map[string]*runner
	sidecars []*runner
	deadline time.Time
	stopped  bool
	firstRun sync.Once
}

// prepare makes the volumes and the files that all containers share.
func (p *pod) prepare(cloudNameservers []string) error {
	p.runners = map[string]*runner{}
	for _, list := range [][]Container{p.id.metadata.InitContainers, p.id.metadata.Containers} {
		for _, c := range list {
			if _, err := bundleOf(p.bundles, c.Name); err != nil {
				return err
			}
		}
	}
	p.volumes = newVolumes(filepath.Join(p.dir, "volumes"), p.id)
	p.actions = &actions{address: p.id.address(), exec: p.exec}
	if err := os.MkdirAll(filepath.Join(p.dir, "logs"), 0o700); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(p.dir, "etc"), 0o755); err != nil {
		return err
	}
	for name, content := range map[string]string{
		"hosts":       hostsFile(p.id),
		"hostname":    p.id.hostname() + "\n",
		"resolv.conf": resolvConf(p.id.metadata.DNS, cloudNameservers),
	} {
		if err := os.WriteFile(filepath.Join(p.dir, "etc", name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return p.volumes.prepare(p.id.metadata.Volumes)
}

// hostBinds are the files that a container runtime gives to every container of a Pod.
func (p *pod) hostBinds() []bind {
	var all []bind
	for _, name := range []string{"hosts", "hostname", "resolv.conf"} {
		all = append(all, bind{source: filepath.Join(p.dir, "etc", name), target: "/etc/" + name})
	}
	return all
}

func (p *pod) runDir(container string) string { return filepath.Join(p.dir, "c", container) }

// bundleOf finds a container in the image: /containers/services/<name> or /containers/onboot/NNN-<name>.
func bundleOf(root, name string) (string, error) {
	path := filepath.Join(root, "services", name)
	if _, err := os.Stat(filepath.Join(path, "config.json")); err == nil {
		return path, nil
	}
	entries, _ := os.ReadDir(filepath.Join(root, "onboot"))
	for _, e := range entries {
		number, rest, ok := strings.Cut(e.Name(), "-")
		if ok && rest == name && strings.Trim(number, "0123456789") == "" {
			return filepath.Join(root, "onboot", e.Name()), nil
		}
	}
	return "", fmt.Errorf("the image holds no container %q", name)
}

func (p *pod) isInit(name string) bool {
	for i := range p.id.metadata.InitContainers {
		if p.id.metadata.InitContainers[i].Name == name {
			return true
		}
	}
	return false
}

// add makes the runner of a container; nil after the Pod was stopped.
func (p *pod) add(c *Container, policy string) (*runner, error) {
	bundle, err := bundleOf(p.bundles, c.Name)
	if err != nil {
		return nil, err
	}
	r := newRunner(p, c, bundle, policy)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return nil, nil
	}
	p.runners[c.Name] = r
	if c.Sidecar() {
		p.sidecars = append(p.sidecars, r)
	}
	return r, nil
}

// run runs everything and returns when no container is left: for ever under the policy Always, unless the Pod is stopped.
func (p *pod) run() error {
	if ok, err := p.runInit(); err != nil || !ok {
		return err
	}
	var all []*runner
	for i := range p.id.metadata.Containers {
		r, err := p.add(&p.id.metadata.Containers[i], p.id.metadata.RestartPolicy)
		if err != nil {
			return err
		}
		if r != nil {
			all = append(all, r)
		}
	}
	p.status.update(func() {
		for _, name := range p.status.names {
			p.status.containers[name].State = waiting("ContainerCreating", "")
		}
	})
	var group sync.WaitGroup
	for _, r := range all {
		group.Add(1)
		go func(r *runner) {
			defer group.Done()
			r.keep()
		}(r)
	}
	group.Wait()
	p.stopSidecars()
	return nil
}

// runInit runs the init containers one after the other; false when one has failed for good or the Pod was stopped.
func (p *pod) runInit() (bool, error) {
	policy := p.id.metadata.RestartPolicy
	if policy == "Always" {
		policy = "OnFailure"
	}
	for i := range p.id.metadata.InitContainers {
		c := &p.id.metadata.InitContainers[i]
		if c.Sidecar() {
			if ok, err := p.startSidecar(c); err != nil || !ok {
				return false, err
			}
			continue
		}
		r, err := p.add(c, policy)
		if err != nil || r == nil {
			return false, err
		}
		if code := r.keep(); code != 0 || r.isStopping() {
			p.stopSidecars()
			return false, nil
		}
	}
	return true, nil
}

func (p *pod) startSidecar(c *Container) (bool, error) {
	r, err := p.add(c, "Always")
	if err != nil || r == nil {
		return false, err
	}
	go r.keep()
	select {
	case <-r.started:
		return true, nil
	case <-r.stopping:
		return false, nil
	}
}

// stopSidecars ends the sidecars, the last one first.
func (p *pod) stopSidecars() {
	p.mu.Lock()
	list := append([]*runner{}, p.sidecars...)
	p.mu.Unlock()
	for i := len(list) - 1; i >= 0; i-- {
		list[i].stop(p.graceLeft())
	}
}

func (p *pod) grace() time.Duration {
	return time.Duration(p.id.metadata.TerminationGracePeriodSeconds) * time.Second
}

// graceLeft is what a stopping Pod has left; of one that runs, its whole grace period.
func (p *pod) graceLeft() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deadline.IsZero() {
		return p.grace()
	}
	if left := time.Until(p.deadline); left > 0 {
		return left
	}
	return 0
}

// stop ends all containers within a time, the sidecars after the others. A later call can only shorten that time.
func (p *pod) stop(grace time.Duration) {
	p.mu.Lock()
	again := p.stopped
	p.stopped = true
	if deadline := time.Now().Add(grace); !again || deadline.Before(p.deadline) {
		p.deadline = deadline
	}
	var first []*runner
	for _, r := range p.runners {
		if !r.container.Sidecar() {
			first = append(first, r)
		}
	}
	p.mu.Unlock()
	if again {
		time.AfterFunc(grace, p.kill)
		return
	}
	var group sync.WaitGroup
	for _, r := range first {
		group.Add(1)
		go func(r *runner) {
			defer group.Done()
			r.stop(p.graceLeft())
		}(r)
	}
	group.Wait()
	p.stopSidecars()
}

// kill ends every container at once.
func (p *pod) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.runners {
		r.kill()
	}
}

// runnerOf gives a container's runner, or nil before its turn has come.
func (p *pod) runnerOf(name string) *runner {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.runners[name]
}

// exec runs a command in a container as its own user, in its own environment.
func (p *pod) exec(ctx context.Context, name string, argv []string) (exitStatus, string, error) {
	r := p.runnerOf(name)
	if r == nil {
		return exitStatus{}, "", fmt.Errorf("container %q is not running", name)
	}
	run := r.active()
	if run == nil {
		return exitStatus{}, "", fmt.Errorf("container %q is not running", name)
	}
	process, err := execProcess(run.spec, argv, false)
	if err != nil {
		return exitStatus{}, "", err
	}
	return p.runtime.Exec(ctx, name, run.spec, process)
}

// onContainerStart notes how long the machine took to its first container.
func (p *pod) onContainerStart() {
	p.firstRun.Do(func() {
		uptime := machineUptime()
		p.status.update(func() { p.status.bootMillis = uptime.Milliseconds() })
	})
}
