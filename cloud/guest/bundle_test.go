package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const imageSpec = `{"process":{"user":{"uid":1000,"gid":1000},"args":["/image"],"env":["PATH=/bin"],"cwd":"/srv",
"noNewPrivileges":true,"capabilities":{"bounding":["CAP_KILL"]}},"root":{"path":"rootfs","readonly":true},
"mounts":[{"destination":"/proc","type":"proc"},{"destination":"/data/","type":"tmpfs"}],
"linux":{"namespaces":[{"type":"pid"},{"type":"mount"}],"maskedPaths":["/proc/kcore"],"seccomp":{"defaultAction":"SCMP_ACT_ERRNO"}},
"annotations":{"org.opencontainers.image.stopSignal":"SIGQUIT"},"unknown":12345678901234567890}`

func specOf(t *testing.T, text string) ociSpec {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	spec, err := readSpec(path)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// reread gives a spec as the runtime will see it.
func reread(t *testing.T, spec ociSpec) (map[string]interface{}, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.json")
	if err := spec.write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	result := map[string]interface{}{}
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	return result, string(text)
}

func noField(string) (string, error) { return "", nil }

func TestMergeSpecKeepsWhatTheImageSays(t *testing.T) {
	spec := specOf(t, imageSpec)
	if err := mergeSpec(spec, runSettings{container: &Container{Name: "c"}, field: noField, hostname: "web-1"}); err != nil {
		t.Fatal(err)
	}
	got, text := reread(t, spec)
	process := got["process"].(map[string]interface{})
	if args := stringList(process["args"]); !reflect.DeepEqual(args, []string{"/image"}) || process["cwd"] != "/srv" {
		t.Errorf("got %v in %v", args, process["cwd"])
	}
	if process["noNewPrivileges"] != true || process["terminal"] != false {
		t.Errorf("got %v", process)
	}
	for _, part := range []string{`"CAP_KILL"`, `"/proc/kcore"`, `"SCMP_ACT_ERRNO"`, `"unknown":12345678901234567890`,
		`"uid":1000`, `"readonly":true`, `"HOSTNAME=web-1"`, `"cgroupsPath":"/i2kit/c"`, `"/dev/shm"`} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is missing in %s", part, text)
		}
	}
}

func TestMergeSpecAppliesThePod(t *testing.T) {
	spec, group, cwd := specOf(t, imageSpec), int64(2000), "/work"
	c := &Container{Name: "c", Argv: []string{"/pod", "$(A)"}, Env: []EnvVar{{Name: "A", Value: text("1")}}, WorkingDir: &cwd,
		TTY: true, MemoryLimitBytes: 64 << 20, CPULimitMillis: 250, CPURequestMillis: 500}
	binds := []bind{{source: "/v", target: "/data", readOnly: true}}
	if err := mergeSpec(spec, runSettings{container: c, field: noField, binds: binds, fsGroup: &group}); err != nil {
		t.Fatal(err)
	}
	got, text := reread(t, spec)
	process := got["process"].(map[string]interface{})
	if args := stringList(process["args"]); !reflect.DeepEqual(args, []string{"/pod", "1"}) || process["cwd"] != "/work" {
		t.Errorf("got %v in %v", args, process["cwd"])
	}
	for _, part := range []string{`"TERM=xterm"`, `"A=1"`, `"terminal":true`, `"additionalGids":[2000]`, `"limit":67108864`,
		`"memory.oom.group":"1"`, `"quota":25000`, `"period":100000`, `"shares":512`} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is missing in %s", part, text)
		}
	}
	mounts := got["mounts"].([]interface{})
	last := mounts[len(mounts)-1].(map[string]interface{})
	if last["source"] != "/v" || !reflect.DeepEqual(stringList(last["options"]), []string{"rbind", "rprivate", "ro"}) {
		t.Errorf("got %v", last)
	}
	if strings.Contains(text, `"/data/"`) {
		t.Error("a volume must replace the image's mount at the same place")
	}
}

func TestMergeSpecNeedsACommand(t *testing.T) {
	err := mergeSpec(ociSpec{}, runSettings{container: &Container{Name: "c"}, field: noField})
	if err == nil || err.Error() != "no command specified" {
		t.Errorf("got %v", err)
	}
}

func TestStopSignal(t *testing.T) {
	if got := stopSignal(specOf(t, imageSpec)); got != 3 {
		t.Errorf("got %d", got)
	}
	if got := stopSignal(ociSpec{}); got != 15 {
		t.Errorf("got %d", got)
	}
	for text, want := range map[string]int{"TERM": 15, "sigusr1": 10, "9": 9, "SIGRTMIN+3": 37, "RTMIN": 34, "SIGFOO": 0, "99": 0, "RTMIN+99": 0} {
		if got, ok := parseSignal(text); ok != (want != 0) || ok && got != want {
			t.Errorf("%s: got %d, %v", text, got, ok)
		}
	}
}

func TestLayersOf(t *testing.T) {
	dir := t.TempDir()
	if _, err := layersOf(dir); err == nil {
		t.Error("an empty bundle must be an error")
	}
	for _, name := range []string{"rootfs", "lower"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if got, err := layersOf(dir); err != nil || got[0] != filepath.Join(dir, name) {
			t.Errorf("got %v, %v", got, err)
		}
	}
	for _, c := range []struct{ runtime, want string }{
		{`{"mounts": [{"destination": "/c/tmp", "type": "tmpfs"}, {"destination": "/c/rootfs", "type": "overlay",
			"options": ["lowerdir=/first/lower", "upperdir=/c/tmp/upper"]}]}`, "/first/lower"},
		{`{"mounts": [{"destination": "/c/rootfs", "source": "/first/rootfs", "options": ["bind"]}]}`, "/first/rootfs"},
		{`{"mkdir": ["/x"]}`, filepath.Join(dir, "lower")},
	} {
		if err := os.WriteFile(filepath.Join(dir, "runtime.json"), []byte(c.runtime), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := layersOf(dir); err != nil || got[0] != c.want {
			t.Errorf("%s: got %v, %v", c.runtime, got, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "runtime.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := layersOf(dir); err == nil {
		t.Error("a damaged runtime.json must be an error")
	}
	if err := os.WriteFile(filepath.Join(dir, "layers"), []byte("/l/a\n\n/l/b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := layersOf(dir); err != nil || !reflect.DeepEqual(got, []string{"/l/a", "/l/b"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOverlayOptionsPutTheUppermostLayerFirst(t *testing.T) {
	links := filepath.Join(t.TempDir(), "l")
	options, err := overlayOptions(links, []string{"/low", "/high"}, "/u", "/w")
	if err != nil {
		t.Fatal(err)
	}
	lower := strings.Split(strings.TrimPrefix(strings.Split(options, ",")[0], "lowerdir="), ":")
	var targets []string
	for _, link := range lower {
		target, err := os.Readlink(link)
		if err != nil {
			t.Fatal(err)
		}
		targets = append(targets, target)
	}
	if !reflect.DeepEqual(targets, []string{"/high", "/low"}) || !strings.HasSuffix(options, ",upperdir=/u,workdir=/w") {
		t.Errorf("got %v in %s", targets, options)
	}
	if _, err := overlayOptions(links, make([]string, 400), "/u", "/w"); err == nil {
		t.Error("too many layers must be an error")
	}
}

func TestBundleOf(t *testing.T) {
	root := t.TempDir()
	for _, path := range []string{"services/web", "onboot/000-init", "onboot/001-my-init"} {
		if err := os.MkdirAll(filepath.Join(root, path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, path, "config.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"web": "services/web", "init": "onboot/000-init", "my-init": "onboot/001-my-init"} {
		if got, err := bundleOf(root, name); err != nil || got != filepath.Join(root, want) {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
	if _, err := bundleOf(root, "none"); err == nil || err.Error() != `the image holds no container "none"` {
		t.Errorf("got %v", err)
	}
}

func TestTheRuntimeIsCrunUnlessOnlyRuncIsThere(t *testing.T) {
	root := t.TempDir()
	if got := runtimeProgram(root); got[0] != crunPath {
		t.Errorf("got %v", got)
	}
	if err := os.MkdirAll(filepath.Join(root, "usr/bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, want string }{{runcPath, runcPath}, {crunPath, crunPath}} {
		if err := os.WriteFile(filepath.Join(root, c.file), nil, 0o755); err != nil {
			t.Fatal(err)
		}
		if got := runtimeProgram(root); got[0] != c.want {
			t.Errorf("with %s: got %v", c.file, got)
		}
	}
}
