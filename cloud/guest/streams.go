package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// dialPatience is how long a port of the Pod may take to accept a connection.
const dialPatience = 10 * time.Second

// streamOptions are the parameters of /exec and /attach.
type streamOptions struct {
	command                    []string
	stdin, stdout, stderr, tty bool
}

func (o streamOptions) wants(channel byte) bool {
	return channel == channelOutput && o.stdout || channel == channelErrors && o.stderr
}

// parseStreamOptions reads them with the kubelet's rules (cri-streaming, remotecommand.NewOptions): a terminal has one output.
func parseStreamOptions(q url.Values) (streamOptions, error) {
	o := streamOptions{command: q["command"]}
	for name, target := range map[string]*bool{
		"input": &o.stdin, "output": &o.stdout, "error": &o.stderr, "tty": &o.tty} {
		*target = q.Get(name) == "1"
	}
	o.stderr = o.stderr && !o.tty
	if !o.stdin && !o.stdout && !o.stderr {
		return o, fmt.Errorf("you must specify at least 1 of stdin, stdout, stderr")
	}
	return o, nil
}

// activeOf finds the present run of a container, or writes the kubelet's error.
func (a *agentAPI) activeOf(w http.ResponseWriter, namespace, pod, container string) (*runner, *activeRun) {
	if !a.isPod(w, namespace, pod) {
		return nil, nil
	}
	if r := a.runner(container); r != nil {
		if run := r.active(); run != nil {
			return r, run
		}
	}
	http.Error(w, fmt.Sprintf("container not found (%q)", container), http.StatusInternalServerError)
	return nil, nil
}

func (a *agentAPI) isPod(w http.ResponseWriter, namespace, pod string) bool {
	status := a.status.snapshot()
	if status.Namespace == namespace && status.PodName == pod {
		return true
	}
	http.Error(w, fmt.Sprintf("pod %q does not exist", pod), http.StatusNotFound)
	return false
}

// serveExec runs a command in a container for a client.
func (a *agentAPI) serveExec(w http.ResponseWriter, r *http.Request, namespace, pod, container string) {
	options, err := parseStreamOptions(r.URL.Query())
	if err == nil && len(options.command) == 0 {
		err = fmt.Errorf("you must specify a command")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	runner, run := a.activeOf(w, namespace, pod, container)
	if run == nil {
		return
	}
	f, err := upgrade(w, r)
	if err != nil {
		return
	}
	s, end, err := runner.open(run, options)
	if err != nil {
		f.finish(outcome{Error: "failed to exec in container: " + err.Error()}, nil)
		return
	}
	s.frames = f
	s.converse(end)
}

// open starts a command in a run of the container.
func (r *runner) open(run *activeRun, o streamOptions) (*session, <-chan exitStatus, error) {
	process, err := execProcess(run.spec, o.command, o.tty)
	if err != nil {
		return nil, nil, err
	}
	s := &session{}
	io, err := s.files(o)
	defer func() {
		for _, f := range io.files {
			if f != nil {
				f.Close()
			}
		}
	}()
	if err != nil {
		s.close()
		return nil, nil, err
	}
	opened, err := r.pod.runtime.Open(r.container.Name, run.spec, process, io)
	if err != nil {
		s.close()
		return nil, nil, err
	}
	if opened.terminal != nil {
		s.terminal = opened.terminal
		s.outputs = []*output{{file: opened.terminal, channel: channelOutput}}
		if o.stdin {
			s.input = opened.terminal
		}
	}
	return s, opened.end, nil
}

// files makes the pipes of a session: those of the process are returned. What nobody asked for is /dev/null.
func (s *session) files(o streamOptions) (processIO, error) {
	io := processIO{terminal: o.tty}
	for i, wanted := range []bool{o.stdin && !o.tty, o.stdout && !o.tty, o.stderr} {
		if !wanted {
			null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				return io, err
			}
			io.files[i] = null
			continue
		}
		read, write, err := os.Pipe()
		if err != nil {
			return io, err
		}
		if i == 0 {
			io.files[i], s.input = read, write
		} else {
			io.files[i] = write
			s.outputs = append(s.outputs, &output{file: read, channel: byte(i)})
		}
	}
	return io, nil
}

// close ends a session whose process was not started.
func (s *session) close() {
	s.closeInput()
	for _, o := range s.outputs {
		o.file.Close()
	}
}

// serveAttach joins a client to the streams of a container.
func (a *agentAPI) serveAttach(w http.ResponseWriter, r *http.Request, namespace, pod, container string) {
	options, err := parseStreamOptions(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	runner, run := a.activeOf(w, namespace, pod, container)
	if run == nil {
		return
	}
	f, err := upgrade(w, r)
	if err != nil {
		return
	}
	run.io.attach(f, options, runner.container.StdinOnce)
}

// servePortForward connects a client to a port of the Pod: channelInput leads to it, channelOutput comes from it.
func (a *agentAPI) servePortForward(w http.ResponseWriter, r *http.Request, namespace, pod string) {
	port, err := strconv.ParseUint(r.URL.Query().Get("port"), 10, 16)
	if err != nil || port == 0 {
		http.Error(w, fmt.Sprintf("invalid port %q", r.URL.Query().Get("port")), http.StatusBadRequest)
		return
	}
	if !a.isPod(w, namespace, pod) {
		return
	}
	// As containerd does, the loopback is tried by both families: a server may listen there only.
	target, err := net.DialTimeout("tcp4", fmt.Sprintf("127.0.0.1:%d", port), dialPatience)
	if err != nil {
		var second error
		if target, second = net.DialTimeout("tcp6", fmt.Sprintf("[::1]:%d", port), dialPatience); second != nil {
			http.Error(w, fmt.Sprintf("failed to connect to localhost:%d inside the machine, IPv4: %v IPv6: %v", port, err, second),
				http.StatusBadGateway)
			return
		}
	}
	f, err := upgrade(w, r)
	if err != nil {
		target.Close()
		return
	}
	forward(f, target.(*net.TCPConn))
}

// forward copies both ways until the server, which sees both ends, closes the connection. What a port does not take is dropped.
func forward(f *frames, target *net.TCPConn) {
	defer target.Close()
	defer f.conn.Close()
	go func() {
		chunk := make([]byte, outputChunk)
		for {
			n, err := target.Read(chunk)
			if n > 0 && f.write(channelOutput, chunk[:n]) != nil {
				f.conn.Close()
				return
			}
			if err != nil {
				_ = f.write(channelOutput, nil)
				return
			}
		}
	}()
	for {
		channel, data, err := f.read()
		switch {
		case err != nil:
			return
		case channel == channelInput && len(data) == 0:
			_ = target.CloseWrite()
		case channel == channelInput:
			_, _ = target.Write(data)
		}
	}
}
