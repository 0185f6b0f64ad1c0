package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ociSpec is a config.json as generic JSON: whatever the image builder wrote and this guest does not know stays as it is.
type ociSpec map[string]interface{}

func readSpec(path string) (ociSpec, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	spec := ociSpec{}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&spec); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return spec, nil
}

func (s ociSpec) write(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// child gives an object member, which it creates when absent.
func child(parent map[string]interface{}, name string) map[string]interface{} {
	if m, ok := parent[name].(map[string]interface{}); ok {
		return m
	}
	m := map[string]interface{}{}
	parent[name] = m
	return m
}

func stringList(v interface{}) []string {
	list, _ := v.([]interface{})
	var all []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// bind is a bind mount into a container.
type bind struct {
	source, target string
	readOnly       bool
}

// runSettings is what the machine adds to the config.json of the image.
type runSettings struct {
	container *Container
	field     func(string) (string, error)
	binds     []bind
	fsGroup   *int64
	hostname  string
}

// mergeSpec applies the Pod's words to the config.json. What the config says and the Pod does not touch (capabilities,
// seccomp, masked paths, user, no new privileges) stays.
func mergeSpec(spec ociSpec, s runSettings) error {
	// Minor versions only add, and older crun takes this one alone; the stock linuxkit tool writes a later one.
	spec["ociVersion"] = "1.0.2"
	process := child(spec, "process")
	env, lookup, err := containerEnvironment(stringList(process["env"]), s.container.Env, s.field)
	if err != nil {
		return err
	}
	if s.container.Argv != nil {
		process["args"] = expandAll(s.container.Argv, lookup)
	}
	if len(stringList(process["args"])) == 0 && s.container.Argv == nil {
		return fmt.Errorf("no command specified")
	}
	if s.container.TTY {
		if _, set := env.lookup("TERM"); !set {
			env.set("TERM", "xterm")
		}
	}
	if _, set := env.lookup("HOSTNAME"); !set {
		env.set("HOSTNAME", s.hostname)
	}
	process["env"] = env.list()
	if s.container.WorkingDir != nil && *s.container.WorkingDir != "" {
		process["cwd"] = *s.container.WorkingDir
	}
	process["terminal"] = s.container.TTY
	addGroup(process, s.fsGroup)
	mergeMounts(spec, s.binds)
	mergeResources(spec, s.container)
	return nil
}

// addGroup makes every process of the container a member of the Pod's fsGroup.
func addGroup(process map[string]interface{}, group *int64) {
	if group == nil {
		return
	}
	user := child(process, "user")
	groups, _ := user["additionalGids"].([]interface{})
	for _, g := range groups {
		if fmt.Sprint(g) == fmt.Sprint(*group) {
			return
		}
	}
	user["additionalGids"] = append(groups, *group)
}

// mergeMounts appends the binds; one replaces a mount of the config at the same place. /dev/shm is added when absent.
func mergeMounts(spec ociSpec, binds []bind) {
	taken := map[string]bool{}
	for _, b := range binds {
		taken[filepath.Clean(b.target)] = true
	}
	var mounts []interface{}
	shm := taken["/dev/shm"]
	old, _ := spec["mounts"].([]interface{})
	for _, m := range old {
		object, _ := m.(map[string]interface{})
		destination, _ := object["destination"].(string)
		destination = filepath.Clean(destination)
		shm = shm || destination == "/dev/shm"
		if !taken[destination] {
			mounts = append(mounts, m)
		}
	}
	if !shm {
		mounts = append(mounts, map[string]interface{}{"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
			"options": []string{"nosuid", "noexec", "nodev", "mode=1777", "size=64m"}})
	}
	for _, b := range binds {
		options := []string{"rbind", "rprivate"}
		if b.readOnly {
			options = append(options, "ro")
		}
		mounts = append(mounts, map[string]interface{}{
			"destination": b.target, "type": "bind", "source": b.source, "options": options})
	}
	spec["mounts"] = mounts
}

// mergeResources sets the limits as the kubelet does on cgroup v2 (kuberuntime_container_linux.go): CPU time in a period of
// 100 ms, weights from the request, and the whole container killed when it runs out of memory.
func mergeResources(spec ociSpec, c *Container) {
	linux := child(spec, "linux")
	linux["cgroupsPath"] = cgroupParent + "/" + c.Name
	resources := child(linux, "resources")
	if c.MemoryLimitBytes > 0 {
		child(resources, "memory")["limit"] = c.MemoryLimitBytes
		child(resources, "unified")["memory.oom.group"] = "1"
	}
	const period, minQuota, minShares = 100000, 1000, 2
	cpu := child(resources, "cpu")
	if c.CPULimitMillis > 0 {
		quota := c.CPULimitMillis * period / 1000
		if quota < minQuota {
			quota = minQuota
		}
		cpu["quota"], cpu["period"] = quota, period
	}
	shares := c.CPURequestMillis * 1024 / 1000
	if shares < minShares {
		shares = minShares
	}
	cpu["shares"] = shares
}
