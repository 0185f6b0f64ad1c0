package main

import "time"

const maxBackOff = 5 * time.Minute

// backOff delays restarts as the kubelet does (client-go flowcontrol.Backoff): the first restart is at once, then the base,
// doubled each time up to five minutes, counted from the end of the run; forgotten when twice the maximum has passed.
type backOff struct {
	base    time.Duration
	current time.Duration
	updated time.Time
}

// next gives how long to wait from now, after a run that finished at a time, and counts the restart.
func (b *backOff) next(now, finished time.Time) time.Duration {
	if b.current == 0 || finished.Sub(b.updated) > 2*maxBackOff {
		b.current, b.updated = b.base, now
		return 0
	}
	wait := finished.Add(b.current).Sub(now)
	if wait < 0 {
		wait = 0
	}
	if b.current *= 2; b.current > maxBackOff {
		b.current = maxBackOff
	}
	b.updated = now.Add(wait)
	return wait
}

// shouldRestart is the restart policy's answer to an exit code.
func shouldRestart(policy string, exitCode int) bool {
	switch policy {
	case "Never":
		return false
	case "OnFailure":
		return exitCode != 0
	}
	return true
}
