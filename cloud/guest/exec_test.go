package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func seccompProfile(t *testing.T, change func(map[string]interface{})) map[string]interface{} {
	t.Helper()
	text, err := json.Marshal(map[string]interface{}{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []interface{}{
		map[string]interface{}{"action": "SCMP_ACT_ALLOW", "names": guestCalls}}})
	if err != nil {
		t.Fatal(err)
	}
	profile := map[string]interface{}{}
	if err := json.Unmarshal(text, &profile); err != nil {
		t.Fatal(err)
	}
	change(profile)
	return profile
}

func TestFilterAllowsGuest(t *testing.T) {
	rules := func(p map[string]interface{}) map[string]interface{} {
		return p["syscalls"].([]interface{})[0].(map[string]interface{})
	}
	cases := []struct {
		name   string
		want   bool
		change func(map[string]interface{})
	}{
		{"an allow list with all of it", true, func(map[string]interface{}) {}},
		{"everything allowed", true, func(p map[string]interface{}) {
			p["defaultAction"] = "SCMP_ACT_ALLOW"
			rules(p)["names"], rules(p)["action"] = []interface{}{"mount"}, "SCMP_ACT_KILL_PROCESS"
		}},
		{"one call missing", false, func(p map[string]interface{}) {
			rules(p)["names"] = rules(p)["names"].([]interface{})[1:]
		}},
		{"allowed with conditions only", false, func(p map[string]interface{}) { rules(p)["args"] = []interface{}{1} }},
		{"one call killed", false, func(p map[string]interface{}) {
			p["defaultAction"] = "SCMP_ACT_ALLOW"
			rules(p)["names"], rules(p)["action"] = []interface{}{"futex"}, "SCMP_ACT_KILL_PROCESS"
		}},
		{"a listener", false, func(p map[string]interface{}) { p["listenerPath"] = "/x" }},
	}
	for _, c := range cases {
		if got := filterAllowsGuest(seccompProfile(t, c.change)); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestInsideOrder(t *testing.T) {
	spec := specOf(t, `{"process":{"args":["x"],"user":{"uid":5,"gid":6}},"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"ipc"}]}}`)
	process, err := execProcess(spec, []string{"cat", "/f"}, false)
	if err != nil {
		t.Fatal(err)
	}
	order, err := newInsideOrder(spec, process, 42, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order.namespaces, " "); got != "/proc/42/ns/pid /proc/42/ns/ipc /proc/42/ns/mnt" {
		t.Errorf("got %s", got)
	}
	if p := order.process; p.User.UID != 5 || p.User.GID != 6 || strings.Join(p.Args, " ") != "cat /f" {
		t.Errorf("got %+v", p)
	}
}

func TestInsideOrderLeavesTheRestToTheRuntime(t *testing.T) {
	for name, text := range map[string]string{
		"user namespace":   `{"process":{},"linux":{"namespaces":[{"type":"user"}]}}`,
		"joined namespace": `{"process":{},"linux":{"namespaces":[{"type":"ipc","path":"/x"}]}}`,
		"limits":           `{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":1,"hard":1}]}}`,
		"apparmor":         `{"process":{"apparmorProfile":"x"}}`,
		"strict seccomp":   `{"process":{},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL"}}}`,
		"no filter saved":  `{"process":{},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}`,
	} {
		spec := specOf(t, text)
		process, err := execProcess(spec, []string{"true"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newInsideOrder(spec, process, 1, t.TempDir()); err != errNeedsRuntime {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestInsideOrderTakesTheSavedFilter(t *testing.T) {
	spec := specOf(t, `{"process":{},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}`)
	state := t.TempDir()
	if err := os.WriteFile(filepath.Join(state, "seccomp.bpf"), []byte("12345678"), 0o600); err != nil {
		t.Fatal(err)
	}
	process, err := execProcess(spec, []string{"true"}, false)
	if err != nil {
		t.Fatal(err)
	}
	order, err := newInsideOrder(spec, process, 1, state)
	if err != nil || string(order.filter) != "12345678" {
		t.Errorf("got %v, %v", order, err)
	}
}

func TestCapabilityMask(t *testing.T) {
	got, err := capabilityMask([]string{"CAP_CHOWN", "CAP_NET_BIND_SERVICE", "CAP_CHECKPOINT_RESTORE"})
	if err != nil || got != 1|1<<10|1<<40 {
		t.Errorf("got %x, %v", got, err)
	}
	if _, err := capabilityMask([]string{"CAP_NONE"}); err == nil {
		t.Error("an unknown capability must be an error")
	}
}

func TestLookPath(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "prog")
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=/nowhere:" + dir}
	if got, err := lookPath("prog", env); err != nil || got != program {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := lookPath(program, nil); err != nil || got != program {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := lookPath("none", env); err == nil || !strings.Contains(err.Error(), `"none" not found in $PATH`) {
		t.Errorf("got %v", err)
	}
}

func TestHomeOf(t *testing.T) {
	passwd := "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/var/www:/bin/false\n"
	for uid, want := range map[int]string{0: "/root", 33: "/var/www", 7: "/"} {
		if got := homeOf(strings.NewReader(passwd), uid); got != want {
			t.Errorf("%d: got %s", uid, got)
		}
	}
}
