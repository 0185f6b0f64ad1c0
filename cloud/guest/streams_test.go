package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// peer is the server's side of a stream.
type peer struct {
	frames
	t *testing.T
}

// connect opens a stream; the path has its query.
func connect(t *testing.T, server *httptest.Server, path string) *peer {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: guest\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", path, streamProtocol)
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(response.Body)
		t.Fatalf("%s: %d %s", path, response.StatusCode, body)
	}
	return &peer{frames{conn: conn, in: in}, t}
}

func (p *peer) send(channel byte, text string) {
	p.t.Helper()
	if err := p.write(channel, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
}

// rest reads to the end and gives the text of each channel, and the outcome.
func (p *peer) rest() (map[byte]string, outcome) {
	p.t.Helper()
	texts, end := map[byte]string{}, outcome{ExitCode: -1}
	for {
		channel, data, err := p.read()
		if err == io.EOF {
			p.conn.Close()
			return texts, end
		}
		if err != nil {
			p.t.Fatal(err)
		}
		if channel == channelOutcome {
			end = outcome{}
			if err := json.Unmarshal(data, &end); err != nil {
				p.t.Fatal(err)
			}
			continue
		}
		texts[channel] += string(data)
	}
}

// until reads output until a text has come.
func (p *peer) until(text string) {
	p.t.Helper()
	seen := ""
	for !strings.Contains(seen, text) {
		_, data, err := p.read()
		if err != nil {
			p.t.Fatalf("%v after %q, waiting for %q", err, seen, text)
		}
		seen += string(data)
	}
}

func execPath(parameters string, argv ...string) string {
	for _, word := range argv {
		parameters += "&command=" + url.QueryEscape(word)
	}
	return "/exec/shop/web-1/main?" + parameters
}

// running is a Pod whose one container runs.
func running(t *testing.T, c Container) (*scripted, *pod, *httptest.Server) {
	t.Helper()
	s := newScripted()
	c.Name = "main"
	p, server := served(t, s, MachineMetadata{RestartPolicy: "Never", Containers: []Container{c}})
	done := runInBackground(t, p)
	await(t, "main runs", func() bool { return p.of("main").Started })
	t.Cleanup(func() {
		p.stop(0)
		awaitEnd(t, done)
	})
	return s, p, server
}

func TestExecHasThreeStreamsAndAnExitCode(t *testing.T) {
	_, _, server := running(t, Container{})
	p := connect(t, server, execPath("input=1&output=1&error=1", "/bin/sh", "-c", "cat; echo problem >&2; exit 3"))
	p.send(channelInput, "one ")
	p.send(channelInput, "two")
	p.send(channelInput, "")
	texts, end := p.rest()
	if texts[channelOutput] != "one two" || texts[channelErrors] != "problem\n" || end.ExitCode != 3 || end.Error != "" {
		t.Errorf("got %q, %+v", texts, end)
	}
}

func TestExecWithoutInputReadsNothing(t *testing.T) {
	_, _, server := running(t, Container{})
	texts, end := connect(t, server, execPath("output=1", "/bin/sh", "-c", "cat; echo hidden >&2; echo out")).rest()
	if texts[channelOutput] != "out\n" || texts[channelErrors] != "" || end.ExitCode != 0 {
		t.Errorf("got %q, %+v", texts, end)
	}
}

func TestExecThatCannotStartSaysWhy(t *testing.T) {
	_, _, server := running(t, Container{})
	_, end := connect(t, server, execPath("output=1", "no-such-program")).rest()
	if !strings.Contains(end.Error, `executable file "no-such-program" not found in $PATH`) {
		t.Errorf("got %+v", end)
	}
}

func TestExecWithATerminal(t *testing.T) {
	_, _, server := running(t, Container{})
	p := connect(t, server, execPath("input=1&output=1&tty=1", "/bin/sh", "-c",
		"tty >/dev/null && stty size; trap 'stty size; exit 4' WINCH; echo ready; read line; while :; do sleep 0.05; done"))
	p.until("ready")
	p.send(channelInput, "go\n")
	p.send(channelResize, `{"Width":111,"Height":37}`)
	texts, end := p.rest()
	if !strings.Contains(texts[channelOutput], "37 111") || end.ExitCode != 4 {
		t.Errorf("got %q, %+v", texts, end)
	}
}

func TestExecPassesMuchAndTheClientHoldsItBack(t *testing.T) {
	_, _, server := running(t, Container{})
	const size = 8 << 20
	p := connect(t, server, execPath("input=1&output=1", "/bin/cat"))
	go func() {
		piece := bytes.Repeat([]byte("x"), maxFrame)
		for sent := 0; sent < size; sent += len(piece) {
			if p.write(channelInput, piece) != nil {
				return
			}
		}
		_ = p.write(channelInput, nil)
	}()
	texts, end := p.rest()
	if len(texts[channelOutput]) != size || end.ExitCode != 0 {
		t.Errorf("got %d bytes, %+v", len(texts[channelOutput]), end)
	}
}

func TestExecEndsThoughAGrandchildHoldsTheOutput(t *testing.T) {
	_, _, server := running(t, Container{})
	texts, end := connect(t, server, execPath("output=1", "/bin/sh", "-c", "sleep 600 & echo $!")).rest()
	if end.ExitCode != 0 {
		t.Errorf("got %q, %+v", texts, end)
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(texts[channelOutput])); err == nil {
		_, _, _ = testReaper.run(contextOf(t), []string{"/bin/kill", strconv.Itoa(pid)})
	}
}

func TestAClientThatLeavesHangsUpItsTerminal(t *testing.T) {
	// A program started with SIGHUP ignored (by nohup) cannot trap it; PID 1 of a machine never is.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	_, _, server := running(t, Container{})
	marker := t.TempDir() + "/hung-up"
	p := connect(t, server, execPath("input=1&output=1&tty=1", "/bin/sh", "-c",
		"trap 'echo > "+marker+"; exit' HUP; echo ready; while :; do sleep 0.05; done"))
	p.until("ready")
	p.conn.Close()
	await(t, "SIGHUP", func() bool { _, err := readHead(marker, 1); return err == nil })
}

func TestStreamErrors(t *testing.T) {
	_, _, server := running(t, Container{})
	for path, want := range map[string]string{
		"/exec/shop/web-1/main?command=x":            "400 you must specify at least 1 of stdin, stdout, stderr",
		"/exec/shop/web-1/main?output=1":             "400 you must specify a command",
		"/exec/shop/web-1/none?output=1&command=x":   `500 container not found ("none")`,
		"/exec/shop/web-2/main?output=1&command=x":   `404 pod "web-2" does not exist`,
		"/exec/shop/web-1/main?output=1&command=x&a": "400 Upgrade request required",
		"/attach/shop/web-1/none?output=1":           `500 container not found ("none")`,
		"/portForward/shop/web-1?port=x":             `400 invalid port "x"`,
		"/portForward/shop/web-1?port=1":             "502 failed to connect to localhost:1 inside the machine",
		"/portForward/shop/web-2?port=1":             `404 pod "web-2" does not exist`,
	} {
		response, body := get(t, http.DefaultClient, server.URL+path)
		if got := fmt.Sprintf("%d %s", response.StatusCode, body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", path, got)
		}
	}
}

func TestPortForward(t *testing.T) {
	_, _, server := running(t, Container{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		text, _ := io.ReadAll(conn)
		fmt.Fprintf(conn, "got %s", text)
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	p := connect(t, server, "/portForward/shop/web-1?port="+port)
	p.send(channelInput, "hello")
	p.send(channelInput, "")
	var answer []byte
	for {
		channel, data, err := p.read()
		if err != nil || channel != channelOutput {
			t.Fatalf("channel %d, %v", channel, err)
		}
		if len(data) == 0 {
			break
		}
		answer = append(answer, data...)
	}
	if string(answer) != "got hello" {
		t.Errorf("got %q", answer)
	}
}

func TestAttachSeesOutputAndTheEnd(t *testing.T) {
	s, pod, server := running(t, Container{Stdin: true, StdinOnce: true})
	run := pod.runnerOf("main").active()
	first := connect(t, server, "/attach/shop/web-1/main?output=1&error=1")
	second := connect(t, server, "/attach/shop/web-1/main?error=1")
	await(t, "both", func() bool { run.io.hub.mu.Lock(); defer run.io.hub.mu.Unlock(); return len(run.io.hub.clients) == 2 })
	run.io.hub.send(channelOutput, []byte("out"))
	run.io.hub.send(channelErrors, []byte("err"))
	s.KillAll("main")
	texts, end := first.rest()
	if texts[channelOutput] != "out" || texts[channelErrors] != "err" || end.ExitCode != 0 {
		t.Errorf("got %q, %+v", texts, end)
	}
	if texts, _ := second.rest(); texts[channelOutput] != "" || texts[channelErrors] != "err" {
		t.Errorf("got %q", texts)
	}
}

func TestAttachGivesInputOnce(t *testing.T) {
	s, pod, server := running(t, Container{Stdin: true, StdinOnce: true})
	reader := s.input("main")
	p := connect(t, server, "/attach/shop/web-1/main?input=1&output=1")
	p.send(channelInput, "typed")
	p.send(channelInput, "")
	got, err := io.ReadAll(reader)
	if err != nil || string(got) != "typed" {
		t.Errorf("got %q, %v", got, err)
	}
	run := pod.runnerOf("main").active()
	run.io.hub.send(channelOutput, []byte("after"))
	p.until("after")
}

func TestAttachEndsWithItsInput(t *testing.T) {
	s, _, server := running(t, Container{Stdin: true})
	reader := s.input("main")
	p := connect(t, server, "/attach/shop/web-1/main?input=1&output=1")
	p.send(channelInput, "typed")
	p.send(channelInput, "")
	if _, end := p.rest(); end.ExitCode != 0 {
		t.Errorf("got %+v", end)
	}
	again := connect(t, server, "/attach/shop/web-1/main?input=1&output=1")
	again.send(channelInput, " more")
	got := make([]byte, len("typed more"))
	if _, err := io.ReadFull(reader, got); err != nil || string(got) != "typed more" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAttachAfterTheEndIsRefusedByTheHub(t *testing.T) {
	var h hub
	h.end()
	if h.join(&attached{}) {
		t.Error("joined a run that has ended")
	}
}

func TestAClientThatTakesNothingIsCutOff(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	var h hub
	all := func(byte) bool { return true }
	h.join(&attached{frames: &frames{conn: ours, patience: time.Millisecond}, wants: all, over: make(chan struct{})})
	h.send(channelOutput, []byte("lost"))
	if len(h.clients) != 0 || h.busy() {
		t.Errorf("%d clients are left", len(h.clients))
	}
}
