package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	headerPatience = 10 * time.Second
	idlePatience   = 2 * time.Minute
	// maxStatusWait bounds a long poll.
	maxStatusWait = 5 * time.Minute
)

// serve opens the machine's two servers: the plain one for load balancers, and the kubelet's API under mutual TLS.
func serve(m *machine) error {
	agent := m.id.metadata.Agent
	if agent.ReadyPort > 0 {
		if err := listen(agent.ReadyPort, nil, readyHandler(m.status)); err != nil {
			return err
		}
	}
	if agent.Port <= 0 {
		return nil
	}
	config, err := serverTLS(agent, m.id.instance.ID, m.id.address())
	if err != nil {
		return err
	}
	return listen(agent.Port, config, &agentAPI{status: m.status, runner: m.podRunner})
}

func listen(port int, config *tls.Config, handler http.Handler) error {
	l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return err
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerPatience,
		IdleTimeout:       idlePatience,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	go func() { consolef("server on port %d: %v", port, server.Serve(l)) }()
	return nil
}

// readyHandler answers load balancers: /ready, and /healthz for the guest itself.
func readyHandler(status *statusStore) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			fmt.Fprint(w, "ok")
		case "/ready":
			if status.ready() {
				fmt.Fprint(w, "ok")
			} else {
				http.Error(w, "not ready", http.StatusServiceUnavailable)
			}
		default:
			http.NotFound(w, r)
		}
	})
}

// agentAPI is the kubelet's API, with streams framed in a simpler way (frames.go), and /status.
type agentAPI struct {
	status *statusStore
	runner func(name string) *runner
}

func (a *agentAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/healthz":
		fmt.Fprint(w, "ok")
	case parts[0] == "exec" && len(parts) == 4:
		a.serveExec(w, r, parts[1], parts[2], parts[3])
	case parts[0] == "attach" && len(parts) == 4:
		a.serveAttach(w, r, parts[1], parts[2], parts[3])
	case parts[0] == "portForward" && len(parts) == 3:
		a.servePortForward(w, r, parts[1], parts[2])
	case r.Method != http.MethodGet:
		http.Error(w, "405: Method Not Allowed", http.StatusMethodNotAllowed)
	case r.URL.Path == "/status":
		a.serveStatus(w, r)
	case r.URL.Path == "/stats/summary":
		writeJSON(w, summarize(a.status.snapshot(), systemSource{}))
	case parts[0] == "containerLogs" && len(parts) == 4:
		a.serveLogs(w, r, parts[1], parts[2], parts[3])
	default:
		http.Error(w, "404: Page Not Found", http.StatusNotFound)
	}
}

// serveStatus answers with the present status. With If-None-Match and timeoutSeconds it waits for another one.
func (a *agentAPI) serveStatus(w http.ResponseWriter, r *http.Request) {
	wait, err := statusWait(r.URL.Query().Get("timeoutSeconds"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	known := r.Header.Get("If-None-Match")
	for {
		tag, changed := a.status.etag()
		w.Header().Set("ETag", tag)
		if tag != known {
			writeJSON(w, a.status.snapshot())
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			w.WriteHeader(http.StatusNotModified)
			return
		case <-r.Context().Done():
			return
		}
	}
}

func statusWait(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("invalid timeoutSeconds %q", text)
	}
	if wait := time.Duration(n) * time.Second; wait < maxStatusWait {
		return wait, nil
	}
	return maxStatusWait, nil
}

func writeJSON(w http.ResponseWriter, v interface{}) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text)
}
