package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxProbeBody is how much of an HTTP answer a probe reads (kubelet: maxRespBodyLength).
	maxProbeBody  = 10 << 10
	maxRedirects  = 10
	maxHookOutput = 1 << 10
)

// actions runs the handlers of probes and lifecycle hooks.
type actions struct {
	address string
	exec    func(ctx context.Context, container string, argv []string) (exitStatus, string, error)
}

// run does a handler once; the error says why it failed. The context bounds it.
func (a *actions) run(ctx context.Context, container string, h *Handler) error {
	switch {
	case h.HTTPGet != nil:
		return a.httpGet(ctx, h.HTTPGet)
	case h.TCPSocket != nil:
		return a.tcpSocket(ctx, h.TCPSocket)
	case h.SleepSeconds != nil:
		return sleep(ctx, time.Duration(*h.SleepSeconds)*time.Second)
	case len(h.Exec) > 0:
		s, output, err := a.exec(ctx, container, h.Exec)
		if err != nil {
			return err
		}
		if s.code != 0 {
			return fmt.Errorf("command %q exited with %d: %s", h.Exec, s.code, clip(output, maxHookOutput))
		}
		return nil
	}
	return fmt.Errorf("handler names no action")
}

func (a *actions) host(named string) string {
	if named == "" {
		return a.address
	}
	return named
}

func (a *actions) tcpSocket(ctx context.Context, t *TCPSocket) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(a.host(t.Host), strconv.Itoa(t.Port)))
	if err != nil {
		return err
	}
	return c.Close()
}

// httpGet asks as the kubelet does (pkg/probe/http): no certificate check, no connection kept, 200 to 399 is success, and a
// redirect to another host counts as success.
func (a *actions) httpGet(ctx context.Context, h *HTTPGet) error {
	target := probeURL(h, a.host(h.Host))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "kube-probe/i2kit")
	request.Header.Set("Accept", "*/*")
	for _, header := range h.Headers {
		if strings.EqualFold(header.Name, "Host") {
			request.Host = header.Value
		}
		request.Header.Add(header.Name, header.Value)
	}
	transport := &http.Transport{
		DisableKeepAlives:  true,
		DisableCompression: true,
		TLSClientConfig:    &tls.Config{InsecureSkipVerify: true},
	}
	client := &http.Client{Transport: transport, CheckRedirect: sameHost}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxProbeBody))
	if response.StatusCode >= 200 && response.StatusCode < 400 {
		return nil
	}
	return fmt.Errorf("HTTP probe failed with statuscode: %d: %s", response.StatusCode, clip(string(body), maxHookOutput))
}

func sameHost(next *http.Request, via []*http.Request) error {
	if next.URL.Hostname() != via[0].URL.Hostname() {
		return http.ErrUseLastResponse
	}
	if len(via) >= maxRedirects {
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	}
	return nil
}

func probeURL(h *HTTPGet, host string) string {
	u, err := url.Parse(h.Path)
	if err != nil {
		u = &url.URL{Path: h.Path}
	}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path
	}
	u.Scheme = strings.ToLower(h.Scheme)
	if u.Scheme == "" {
		u.Scheme = "http"
	}
	u.Host = net.JoinHostPort(host, strconv.Itoa(h.Port))
	return u.String()
}

func clip(text string, max int) string {
	text = strings.TrimSpace(text)
	if len(text) > max {
		return text[:max] + "..."
	}
	return text
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
