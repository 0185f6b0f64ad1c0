package main

import (
	"context"
	"time"
)

// probeResult counts equal answers in a row and holds the last one that reached its threshold (pkg/kubelet/prober/worker.go).
type probeResult struct {
	probe   *Probe
	settled bool
	last    bool
	run     int
}

// add takes one answer and tells whether the settled result changed or, at least, was confirmed past its threshold.
func (p *probeResult) add(success bool) (reached bool) {
	if p.run > 0 && p.last == success {
		p.run++
	} else {
		p.last, p.run = success, 1
	}
	threshold := p.probe.FailureThreshold
	if success {
		threshold = p.probe.SuccessThreshold
	}
	if p.run < threshold {
		return false
	}
	p.settled = success
	return true
}

// probes runs a container's three probes for one run of it.
type probes struct {
	actions   *actions
	container *Container
	// leastTimeout lengthens shorter timeouts.
	leastTimeout time.Duration
	// onStarted is called once, when the startup probe has passed (at once without one).
	onStarted func()
	onReady   func(bool)
	// onFailure is called when the startup or the liveness probe has failed for good.
	onFailure func(kind string, err error)
}

// run probes until the context ends, which is when the run of the container does.
func (p *probes) run(ctx context.Context) {
	begun := time.Now()
	if probe := p.container.StartupProbe; probe != nil {
		if !p.untilStarted(ctx, probe) {
			return
		}
	}
	p.onStarted()
	if probe := p.container.LivenessProbe; probe != nil {
		go p.liveness(ctx, probe, begun)
	}
	if probe := p.container.ReadinessProbe; probe != nil {
		p.readiness(ctx, probe, begun)
	} else {
		p.onReady(true)
	}
}

// each asks again and again: first after the initial delay since the container's start, then once a period.
func (p *probes) each(ctx context.Context, probe *Probe, begun time.Time, answer func(error) bool) {
	delay := time.Until(begun.Add(seconds(probe.InitialDelaySeconds)))
	for {
		if delay > 0 && sleep(ctx, delay) != nil {
			return
		}
		asked := time.Now()
		err := p.ask(ctx, probe)
		if ctx.Err() != nil || !answer(err) {
			return
		}
		if delay = time.Until(asked.Add(atLeastOneSecond(probe.PeriodSeconds))); delay <= 0 {
			delay = time.Millisecond
		}
	}
}

func (p *probes) ask(ctx context.Context, probe *Probe) error {
	timeout := atLeastOneSecond(probe.TimeoutSeconds)
	if timeout < p.leastTimeout {
		timeout = p.leastTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return p.actions.run(ctx, p.container.Name, &probe.Handler)
}

func (p *probes) untilStarted(ctx context.Context, probe *Probe) (passed bool) {
	result := probeResult{probe: probe}
	p.each(ctx, probe, time.Now(), func(err error) bool {
		if !result.add(err == nil) {
			return true
		}
		if passed = result.settled; !passed {
			p.onFailure("startup", err)
		}
		return false
	})
	return passed
}

func (p *probes) liveness(ctx context.Context, probe *Probe, begun time.Time) {
	result := probeResult{probe: probe, settled: true}
	p.each(ctx, probe, begun, func(err error) bool {
		if result.add(err == nil) && !result.settled {
			p.onFailure("liveness", err)
			return false
		}
		return true
	})
}

func (p *probes) readiness(ctx context.Context, probe *Probe, begun time.Time) {
	result := probeResult{probe: probe}
	ready := false
	p.each(ctx, probe, begun, func(err error) bool {
		if result.add(err == nil) && result.settled != ready {
			ready = result.settled
			if !ready {
				consolef("container %s: readiness probe failed: %v", p.container.Name, err)
			}
			p.onReady(ready)
		}
		return true
	})
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func atLeastOneSecond(n int) time.Duration {
	if n < 1 {
		n = 1
	}
	return seconds(n)
}
