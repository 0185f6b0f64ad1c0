package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// serveLogs answers /containerLogs/{namespace}/{pod}/{container} with the kubelet's parameters and messages
// (pkg/kubelet/server/server.go, getContainerLogs).
func (a *agentAPI) serveLogs(w http.ResponseWriter, r *http.Request, namespace, pod, container string) {
	options, err := parseLogOptions(r.URL.Query(), time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	status := a.status.snapshot()
	if status.Namespace != namespace || status.PodName != pod {
		http.Error(w, fmt.Sprintf("pod %q does not exist", pod), http.StatusNotFound)
		return
	}
	c, ok := a.status.get(container)
	if !ok {
		http.Error(w, fmt.Sprintf("container %q not found in pod %q", container, pod), http.StatusNotFound)
		return
	}
	log, err := a.logOf(pod, c, options.previous)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	flush := func() {}
	if f, ok := w.(http.Flusher); ok {
		flush = f.Flush
	}
	if err := copyLog(r.Context(), log, options, w, flush); err != nil {
		consolef("logs of %s: %v", container, err)
	}
}

// logOf chooses the run whose log is asked for (pkg/kubelet/kubelet_pods.go, validateContainerLogStatus).
func (a *agentAPI) logOf(pod string, c ContainerStatus, previous bool) (*runLog, error) {
	if previous && c.LastState.Terminated == nil {
		return nil, fmt.Errorf("previous terminated container %q in pod %q not found", c.Name, pod)
	}
	if c.State.Waiting != nil && c.LastState.Terminated == nil {
		return nil, fmt.Errorf("container %q in pod %q is waiting to start: %s", c.Name, pod, c.State.Waiting.Reason)
	}
	r := a.runner(c.Name)
	if r == nil {
		return nil, fmt.Errorf("container %q in pod %q is waiting to start - no logs yet", c.Name, pod)
	}
	// While a container waits to start again, its last run is both the present and the previous one; the log of the next run
	// begins before the container does.
	log := r.log.get(previous && !(c.State.Waiting != nil && r.log.ended()))
	if log == nil {
		return nil, fmt.Errorf("container %q in pod %q is terminated", c.Name, pod)
	}
	return log, nil
}

// parseLogOptions reads v1.PodLogOptions as the kubelet does; sinceSeconds and sinceTime exclude each other.
func parseLogOptions(q url.Values, now time.Time) (logOptions, error) {
	o := logOptions{tailLines: -1, limitBytes: -1}
	var err error
	for name, target := range map[string]*bool{"follow": &o.follow, "timestamps": &o.timestamps, "previous": &o.previous} {
		if *target, err = queryBool(q, name); err != nil {
			return o, err
		}
	}
	if o.tailLines, err = queryNumber(q, "tailLines", 0); err != nil {
		return o, err
	}
	if o.limitBytes, err = queryNumber(q, "limitBytes", 1); err != nil {
		return o, err
	}
	seconds, err := queryNumber(q, "sinceSeconds", 1)
	if err != nil {
		return o, err
	}
	if seconds >= 0 {
		o.since = now.Add(-time.Duration(seconds) * time.Second)
	}
	if text := q.Get("sinceTime"); text != "" {
		if seconds >= 0 {
			return o, errors.New("at most one of `sinceTime` or `sinceSeconds` may be specified")
		}
		if o.since, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return o, fmt.Errorf("invalid sinceTime %q", text)
		}
	}
	return o, nil
}

func queryBool(q url.Values, name string) (bool, error) {
	text := q.Get(name)
	if text == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("invalid %s %q", name, text)
	}
	return b, nil
}

// queryNumber gives -1 for a parameter that is absent.
func queryNumber(q url.Values, name string, least int64) (int64, error) {
	text := q.Get(name)
	if text == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1, fmt.Errorf("invalid %s %q", name, text)
	}
	if n < least {
		return -1, fmt.Errorf("%s must be greater than or equal to %d", name, least)
	}
	return n, nil
}
