package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestProbeThresholds(t *testing.T) {
	r := probeResult{probe: &Probe{SuccessThreshold: 2, FailureThreshold: 3}}
	steps := []struct{ success, reached, settled bool }{
		{true, false, false}, {false, false, false}, {true, false, false}, {true, true, true}, {true, true, true},
		{false, false, true}, {false, false, true}, {true, false, true}, {false, false, true}, {false, false, true}, {false, true, false},
	}
	for i, s := range steps {
		if reached := r.add(s.success); reached != s.reached || r.settled != s.settled {
			t.Errorf("step %d: got %v, %v", i, reached, r.settled)
		}
	}
}

func TestStartupProbeHoldsTheOthersBack(t *testing.T) {
	var asked []string
	fail := 2
	a := &actions{exec: func(_ context.Context, _ string, argv []string) (exitStatus, string, error) {
		asked = append(asked, argv[0])
		if argv[0] == "startup" && fail > 0 {
			fail--
			return exitStatus{code: 1}, "", nil
		}
		return exitStatus{}, "", nil
	}}
	probe := func(word string) *Probe {
		return &Probe{Handler: Handler{Exec: []string{word}}, TimeoutSeconds: 1, PeriodSeconds: 1, SuccessThreshold: 1, FailureThreshold: 3}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := &probes{actions: a, container: &Container{Name: "c", StartupProbe: probe("startup"), ReadinessProbe: probe("readiness")},
		onStarted: func() { asked = append(asked, "started") },
		onReady:   func(bool) { cancel() },
		onFailure: func(kind string, err error) { t.Errorf("%s failed: %v", kind, err) },
	}
	p.run(ctx)
	if got := strings.Join(asked, " "); got != "startup startup startup started readiness" {
		t.Errorf("got %s", got)
	}
}

func TestStartupProbeThatFailsForGood(t *testing.T) {
	a := &actions{exec: func(context.Context, string, []string) (exitStatus, string, error) {
		return exitStatus{code: 7}, "no", nil
	}}
	failed := ""
	p := &probes{actions: a, container: &Container{Name: "c", StartupProbe: &Probe{Handler: Handler{Exec: []string{"x"}},
		TimeoutSeconds: 1, PeriodSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1}},
		onStarted: func() { t.Error("must not start") },
		onFailure: func(kind string, err error) { failed = kind + ": " + err.Error() },
	}
	p.run(context.Background())
	if failed != `startup: command ["x"] exited with 7: no` {
		t.Errorf("got %s", failed)
	}
}

func httpHandler(t *testing.T, server *httptest.Server, path string) *Handler {
	t.Helper()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return &Handler{HTTPGet: &HTTPGet{Port: port, Path: path, Scheme: strings.ToUpper(u.Scheme),
		Headers: []Header{{Name: "X-Probe", Value: "1"}, {Name: "Host", Value: "probed.example"}}}}
}

func TestHTTPProbe(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			if r.Header.Get("X-Probe") != "1" || r.Host != "probed.example" || r.URL.Query().Get("q") != "1" {
				w.WriteHeader(http.StatusBadRequest)
			}
		case "/away":
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
		case "/near":
			http.Redirect(w, r, "/bad", http.StatusFound)
		default:
			http.Error(w, "broken", http.StatusInternalServerError)
		}
	})
	plain, secure := httptest.NewServer(answer), httptest.NewTLSServer(answer)
	defer plain.Close()
	defer secure.Close()
	a := &actions{address: "127.0.0.1"}
	for path, want := range map[string]string{
		"/ok?q=1": "", "ok?q=1": "", "/away": "", "/bad": "HTTP probe failed with statuscode: 500: broken"} {
		for _, server := range []*httptest.Server{plain, secure} {
			err := a.run(context.Background(), "c", httpHandler(t, server, path))
			if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("%s%s: got %v", server.URL, path, err)
			}
		}
	}
	h := httpHandler(t, plain, "/near")
	h.HTTPGet.Headers = nil
	if err := a.run(context.Background(), "c", h); err == nil {
		t.Error("a redirect on the same host must be followed")
	}
}

func TestTCPProbe(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &actions{address: "127.0.0.1"}
	h := &Handler{TCPSocket: &TCPSocket{Port: l.Addr().(*net.TCPAddr).Port}}
	if err := a.run(context.Background(), "c", h); err != nil {
		t.Error(err)
	}
	l.Close()
	if err := a.run(context.Background(), "c", h); err == nil {
		t.Error("a closed port must be a failure")
	}
}

func TestSleepHookEndsWithItsTime(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	long, none := 3600, 0
	if err := (&actions{}).run(ctx, "c", &Handler{SleepSeconds: &long}); err != context.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if err := (&actions{}).run(context.Background(), "c", &Handler{SleepSeconds: &none}); err != nil {
		t.Errorf("got %v", err)
	}
	if err := (&actions{}).run(context.Background(), "c", &Handler{}); err == nil {
		t.Error("an empty handler must be a failure")
	}
}
