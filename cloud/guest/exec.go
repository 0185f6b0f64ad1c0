package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// insideOrder says what a thread of the guest becomes before it starts a program in a container.
type insideOrder struct {
	process    ociProcess
	cgroup     string
	namespaces []string // files of namespaces, the mount namespace last
	filter     []byte   // the compiled seccomp filter
	terminal   bool     // whether the program gets a terminal of the container instead of files
}

// ociProcess is the part of config.json's process that an exec needs.
type ociProcess struct {
	Args []string `json:"args"`
	Env  []string `json:"env"`
	Cwd  string   `json:"cwd"`
	User struct {
		UID            int    `json:"uid"`
		GID            int    `json:"gid"`
		AdditionalGids []int  `json:"additionalGids"`
		Umask          *int   `json:"umask"`
		Username       string `json:"username"`
	} `json:"user"`
	Capabilities    *ociCapabilities `json:"capabilities"`
	Rlimits         []ociRlimit      `json:"rlimits"`
	NoNewPrivileges bool             `json:"noNewPrivileges"`
	OOMScoreAdj     *int             `json:"oomScoreAdj"`
	ApparmorProfile string           `json:"apparmorProfile"`
	SelinuxLabel    string           `json:"selinuxLabel"`
}

type ociCapabilities struct {
	Bounding    []string `json:"bounding"`
	Effective   []string `json:"effective"`
	Inheritable []string `json:"inheritable"`
	Permitted   []string `json:"permitted"`
	Ambient     []string `json:"ambient"`
}

type ociRlimit struct {
	Type string `json:"type"`
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

// errNeedsRuntime says that an exec uses a feature that only the OCI runtime offers.
var errNeedsRuntime = errors.New("needs the OCI runtime")

// namespaceFiles are the names under /proc/<pid>/ns, by the types of config.json.
var namespaceFiles = map[string]string{
	"pid": "pid", "ipc": "ipc", "uts": "uts", "network": "net", "cgroup": "cgroup", "mount": "mnt",
}

// newInsideOrder prepares an exec without the runtime: under emulation a call of crun takes most of the second that a probe
// usually has, while starting the program alone takes a tenth. What cannot be done as faithfully is left to the runtime.
func newInsideOrder(spec ociSpec, process []byte, pid int, state string) (*insideOrder, error) {
	order := &insideOrder{}
	if err := json.Unmarshal(process, &order.process); err != nil {
		return nil, err
	}
	p := order.process
	if len(p.Args) == 0 || p.ApparmorProfile != "" || p.SelinuxLabel != "" || p.User.Username != "" || len(p.Rlimits) > 0 {
		return nil, errNeedsRuntime
	}
	linux, _ := spec["linux"].(map[string]interface{})
	list, _ := linux["namespaces"].([]interface{})
	for _, n := range list {
		object, _ := n.(map[string]interface{})
		kind, _ := object["type"].(string)
		file, known := namespaceFiles[kind]
		switch {
		case !known || object["path"] != nil:
			return nil, errNeedsRuntime
		default:
			order.namespaces = append(order.namespaces, fmt.Sprintf("/proc/%d/ns/%s", pid, file))
		}
	}
	order.namespaces = mountLast(order.namespaces)
	if seccomp, ok := linux["seccomp"].(map[string]interface{}); ok {
		if !filterAllowsGuest(seccomp) {
			return nil, errNeedsRuntime
		}
		filter, err := os.ReadFile(filepath.Join(state, "seccomp.bpf"))
		if err != nil || len(filter) == 0 {
			return nil, errNeedsRuntime
		}
		order.filter = filter
	}
	return order, nil
}

// mountLast moves the mount namespace to the end: the others are found through the machine's /proc.
func mountLast(paths []string) []string {
	var others, last []string
	for _, p := range paths {
		if filepath.Base(p) == "mnt" {
			last = append(last, p)
		} else {
			others = append(others, p)
		}
	}
	return append(others, last...)
}

// guestCalls are the system calls that the guest itself may make on a thread that has a container's filter: starting the
// program, and whatever the Go runtime does meanwhile.
var guestCalls = strings.Fields(`read write close fcntl pipe2 dup3 clone execve wait4 exit exit_group futex mmap munmap madvise
	mprotect rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack sched_yield nanosleep clock_gettime getpid gettid tgkill
	epoll_ctl epoll_pwait timer_settime timer_delete timer_create setgroups setresgid setresuid capset prctl umask restart_syscall setsid
	ioctl`)

// filterAllowsGuest tells whether a profile of config.json lets the guest's own calls pass, so that it can be put on a thread
// of the first process: one call refused at the wrong time would end the machine.
func filterAllowsGuest(seccomp map[string]interface{}) bool {
	if seccomp["flags"] != nil || seccomp["listenerPath"] != nil {
		return false
	}
	allowed, named := map[string]bool{}, map[string]bool{}
	rules, _ := seccomp["syscalls"].([]interface{})
	for _, r := range rules {
		rule, _ := r.(map[string]interface{})
		arguments, _ := rule["args"].([]interface{})
		for _, name := range stringList(rule["names"]) {
			// Profiles allow clone without the flags that make namespaces; the guest uses none of those.
			if rule["action"] == "SCMP_ACT_ALLOW" && (len(arguments) == 0 || name == "clone") {
				allowed[name] = true
			} else {
				named[name] = true
			}
		}
	}
	for _, name := range guestCalls {
		switch {
		case seccomp["defaultAction"] == "SCMP_ACT_ALLOW":
			if named[name] {
				return false
			}
		case !allowed[name]:
			return false
		}
	}
	return true
}

// execInside runs a program in a container and waits for it, as run does for one of the machine.
func (r *reaper) execInside(ctx context.Context, order *insideOrder) (exitStatus, string, error) {
	return r.runWith(ctx, order.process.Args, func(_ []string, files []*os.File) (int, <-chan exitStatus, error) {
		s := r.startInside(order, files)
		return s.pid, s.end, s.err
	})
}

type started struct {
	pid    int
	end    <-chan exitStatus
	master *os.File // of the terminal, when there is one
	err    error
}

// startInside lends a thread to the container: it takes on the container's namespaces and restrictions, starts the program
// with them, and ends with its goroutine, which never unlocks it. The main thread is locked elsewhere (main).
func (r *reaper) startInside(order *insideOrder, files []*os.File) started {
	result := make(chan started)
	go func() {
		runtime.LockOSThread()
		result <- r.fork(order, files)
	}()
	s := <-result
	if s.err != nil {
		return s
	}
	// The program may have ended already.
	_ = os.WriteFile(filepath.Join(order.cgroup, "cgroup.procs"), []byte(strconv.Itoa(s.pid)), 0)
	if adjust := order.process.OOMScoreAdj; adjust != nil {
		_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", s.pid), []byte(strconv.Itoa(*adjust)), 0)
	}
	return s
}

func (r *reaper) fork(order *insideOrder, files []*os.File) (s started) {
	var terminal *os.File
	if s.err = order.enter(); s.err != nil {
		return s
	}
	if order.terminal {
		if s.master, terminal, s.err = openTerminal("/dev/ptmx", order.process.User.UID); s.err != nil {
			return s
		}
		defer terminal.Close()
		files = []*os.File{terminal, terminal, terminal}
	}
	attributes := &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Setsid: true, Setctty: order.terminal}}
	for _, f := range files {
		attributes.Files = append(attributes.Files, f.Fd())
	}
	path, err := order.become()
	if err == nil {
		attributes.Env = order.process.Env
		s.pid, s.end, err = r.forkWatched(path, order.process.Args, attributes)
	}
	if s.err = err; err != nil && s.master != nil {
		s.master.Close()
	}
	return s
}

func (r *reaper) forkWatched(path string, argv []string, attributes *syscall.ProcAttr) (int, <-chan exitStatus, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pid, err := syscall.ForkExec(path, argv, attributes)
	if err != nil {
		return 0, nil, fmt.Errorf("exec %s: %w", path, err)
	}
	delete(r.ended, pid)
	return pid, r.watchLocked(pid), nil
}

func setns(fd int, kind uintptr) error {
	if _, _, errno := syscall.RawSyscall(sysSetns, uintptr(fd), kind, 0); errno != 0 {
		return errno
	}
	return nil
}
