package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// authority is a certificate authority of one test.
type authority struct {
	key         ed25519.PrivateKey
	certificate *x509.Certificate
	pem         string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca"}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{key, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

func (a *authority) client(t *testing.T) tls.Certificate {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func get(t *testing.T, client *http.Client, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestOnlyClientsOfTheAuthorityAreServed(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, 32)
	ours := newAuthority(t)
	config, err := serverTLS(Agent{Secret: base64.StdEncoding.EncodeToString(secret), ClientCA: ours.pem}, "i-1", "10.0.0.5")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(&agentAPI{status: newStatusStore(time.Now())})
	server.Config.ErrorLog = nil
	server.TLS = config
	server.StartTLS()
	defer server.Close()
	client := func(certificates ...tls.Certificate) *http.Client {
		return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: certificates}}}
	}
	response, body := get(t, client(ours.client(t)), server.URL+"/status")
	if response.StatusCode != http.StatusOK || !strings.Contains(body, `"phase":"Pending"`) {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("i-1"))
	want := ed25519.NewKeyFromSeed(mac.Sum(nil)).Public().(ed25519.PublicKey)
	if got, ok := response.TLS.PeerCertificates[0].PublicKey.(ed25519.PublicKey); !ok || !got.Equal(want) {
		t.Errorf("got public key %v", response.TLS.PeerCertificates[0].PublicKey)
	}
	for name, stranger := range map[string]*http.Client{"nobody": client(), "another authority's": client(newAuthority(t).client(t))} {
		if response, err := stranger.Get(server.URL + "/status"); err == nil {
			response.Body.Close()
			t.Errorf("%s: was served", name)
		}
	}
}

func TestServerNeedsASecretAndAnAuthority(t *testing.T) {
	if _, err := serverTLS(Agent{Secret: "%"}, "i-1", ""); err == nil || err.Error() != "metadata has no valid agent secret" {
		t.Errorf("got %v", err)
	}
	if _, err := serverTLS(Agent{Secret: "QQ==", ClientCA: "x"}, "i-1", ""); err == nil ||
		err.Error() != "metadata has no valid client certificate authority" {
		t.Errorf("got %v", err)
	}
}

// served runs a Pod and the guest's API for it.
func served(t *testing.T, s *scripted, metadata MachineMetadata) (*pod, *httptest.Server) {
	t.Helper()
	metadata.Namespace = "shop"
	p := newTestPod(t, s, metadata)
	server := httptest.NewServer(&agentAPI{status: p.status, runner: p.runnerOf})
	t.Cleanup(server.Close)
	return p, server
}

func TestStatusLongPoll(t *testing.T) {
	p, server := served(t, newScripted(), MachineMetadata{Containers: []Container{{Name: "main"}}})
	first, body := get(t, http.DefaultClient, server.URL+"/status")
	var status GuestStatus
	if err := json.Unmarshal([]byte(body), &status); err != nil || status.PodName != "web-1" || status.InitContainers == nil {
		t.Errorf("got %s, %v", body, err)
	}
	tag := first.Header.Get("ETag")
	if r, _ := get(t, http.DefaultClient, server.URL+"/status", "If-None-Match", tag); r.StatusCode != http.StatusNotModified {
		t.Errorf("got %d", r.StatusCode)
	}
	if r, _ := get(t, http.DefaultClient, server.URL+"/status?timeoutSeconds=x"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d", r.StatusCode)
	}
	answered := make(chan string)
	go func() {
		_, body := get(t, http.DefaultClient, server.URL+"/status?timeoutSeconds=60", "If-None-Match", tag)
		answered <- body
	}()
	p.status.fail("changed")
	select {
	case body := <-answered:
		if !strings.Contains(body, `"problem":"changed"`) {
			t.Errorf("got %s", body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no answer after a change")
	}
}

func TestReadyServer(t *testing.T) {
	status := newStatusStore(time.Now())
	server := httptest.NewServer(readyHandler(status))
	defer server.Close()
	for path, want := range map[string]int{"/ready": 503, "/healthz": 200, "/status": 404} {
		if r, _ := get(t, http.DefaultClient, server.URL+path); r.StatusCode != want {
			t.Errorf("%s: got %d", path, r.StatusCode)
		}
	}
}

func TestContainerLogs(t *testing.T) {
	s := newScripted()
	s.scripts["main"] = []int{1}
	p, server := served(t, s, MachineMetadata{RestartPolicy: "Always",
		InitContainers: []Container{{Name: "init"}}, Containers: []Container{{Name: "main"}}})
	logs := server.URL + "/containerLogs/shop/web-1/"
	expect := func(url string, code int, want string) {
		t.Helper()
		r, body := get(t, http.DefaultClient, url)
		if r.StatusCode != code || strings.TrimSpace(body) != want {
			t.Errorf("%s: got %d %q", url, r.StatusCode, body)
		}
	}
	expect(logs+"main", 400, `container "main" in pod "web-1" is waiting to start: PodInitializing`)
	expect(logs+"none", 404, `container "none" not found in pod "web-1"`)
	expect(server.URL+"/containerLogs/shop/web-2/main", 404, `pod "web-2" does not exist`)
	expect(server.URL+"/containerLogs/other/web-1/main", 404, `pod "web-1" does not exist`)
	done := runInBackground(t, p)
	await(t, "init runs", func() bool { return p.of("init").Started })
	expect(logs+"main", 400, `container "main" in pod "web-1" is waiting to start: PodInitializing`)
	s.mu.Lock()
	s.ends["init"] <- exitStatus{}
	delete(s.ends, "init")
	s.mu.Unlock()
	await(t, "main runs again", func() bool { c := p.of("main"); return c.RestartCount == 1 && c.Started })
	await(t, "the log is written", func() bool { return logTail(p.runnerOf("main").log.get(false), 9, 99) != "" })
	expect(logs+"main", 200, "main runs")
	expect(logs+"main?previous=true", 200, "main runs")
	expect(logs+"init?previous=true", 400, `previous terminated container "init" in pod "web-1" not found`)
	expect(logs+"main?tailLines=x", 422, `invalid tailLines "x"`)
	p.stop(0)
	awaitEnd(t, done)
}

func TestWhatIsNotBuiltSaysSo(t *testing.T) {
	_, server := served(t, newScripted(), MachineMetadata{Containers: []Container{{Name: "main"}}})
	if r, _ := get(t, http.DefaultClient, server.URL+"/pods"); r.StatusCode != http.StatusNotFound {
		t.Errorf("got %d", r.StatusCode)
	}
	r, err := http.Post(server.URL+"/status", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("got %d", r.StatusCode)
	}
}

type cannedStats struct {
	files map[string]string
	at    time.Time
}

func (c *cannedStats) read(group, file string) string { return c.files[group+"/"+file] }
func (c *cannedStats) now() time.Time                 { return c.at }

func TestStatsSummary(t *testing.T) {
	source := &cannedStats{at: time.Unix(1000, 0), files: map[string]string{
		"/i2kit/stat-main/cpu.stat": "usage_usec 1000000\nuser_usec 5\n", "/i2kit/stat-main/memory.current": "5000\n",
		"/i2kit/stat-main/memory.stat": "anon 3000\nfile 2000\ninactive_file 500\n"}}
	status := GuestStatus{PodName: "web-1", Namespace: "shop", MemoryTotalBytes: 100, MemoryUsedBytes: 40, Containers: []ContainerStatus{
		{Name: "stat-main", State: ContainerState{Running: &Running{StartedAt: "x"}}}, {Name: "ended", State: ContainerState{Terminated: &Terminated{}}}}}
	summarize(status, source)
	source.at = source.at.Add(2 * time.Second)
	source.files["/i2kit/stat-main/cpu.stat"] = "usage_usec 2000000\n"
	got := summarize(status, source)
	if *got.Node.Memory.AvailableBytes != 60 || got.Pods[0].PodRef.Name != "web-1" || len(got.Pods[0].Containers) != 1 {
		t.Errorf("got %+v", got)
	}
	c := got.Pods[0].Containers[0]
	if *c.CPU.UsageCoreNanoSeconds != 2e9 || *c.CPU.UsageNanoCores != 5e8 {
		t.Errorf("got %d, %d", *c.CPU.UsageCoreNanoSeconds, *c.CPU.UsageNanoCores)
	}
	if *c.Memory.UsageBytes != 5000 || *c.Memory.WorkingSetBytes != 4500 || *c.Memory.RSSBytes != 3000 {
		t.Errorf("got %+v", c.Memory)
	}
}

func TestFollowEndsWhenTheClientLeaves(t *testing.T) {
	log := logWith(t, logSegmentBytes, "line")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := everything()
	o.follow = true
	var out bytes.Buffer
	if err := copyLog(ctx, log, o, &out, func() {}); err != nil || out.String() != "line\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
