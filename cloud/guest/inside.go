package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// Numbers of prctl(2), seccomp(2) and capset(2) that package syscall does not name.
const (
	prSetDumpable       = 4
	prSetKeepCaps       = 8
	prCapBSetDrop       = 24
	prSetNoNewPrivs     = 38
	prCapAmbient        = 47
	prCapAmbientRaise   = 2
	prCapAmbientClear   = 4
	seccompSetFilter    = 1
	capabilityVersion3  = 0x20080522
	defaultExecPath     = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	lastCapabilityLimit = 63
)

// enter gives the calling thread the container's namespaces.
func (o *insideOrder) enter() error { return enterNamespaces(o.namespaces) }

// become gives a thread that has entered the container its working directory, user and restrictions, and returns the path of
// the program. All of these belong to a thread alone once it has file system attributes of its own.
func (o *insideOrder) become() (string, error) {
	p := &o.process
	if err := syscall.Chdir(p.Cwd); err != nil {
		return "", fmt.Errorf("chdir %s: %w", p.Cwd, err)
	}
	p.Env = withHome(p.Env, p.User.UID)
	path, err := lookPath(p.Args[0], p.Env)
	if err != nil {
		return "", err
	}
	return path, o.restrict()
}

// enterNamespaces joins them in the order given. A thread may enter a mount namespace only with file system attributes of
// its own.
func enterNamespaces(paths []string) error {
	var open []*os.File
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		open = append(open, f)
	}
	if err := syscall.Unshare(syscall.CLONE_FS); err != nil {
		return err
	}
	for i, f := range open {
		if err := setns(int(f.Fd()), 0); err != nil {
			return fmt.Errorf("enter %s: %w", paths[i], err)
		}
	}
	return nil
}

// restrict drops what the container's config does not grant, in the order of the OCI runtimes: the filter comes last when no
// new privileges may be gained, else while the right to set one is still there.
func (o *insideOrder) restrict() error {
	p := &o.process
	sets, err := newCapabilitySets(p.Capabilities)
	if err != nil {
		return err
	}
	for n := uint(0); n <= lastCapabilityLimit; n++ {
		if sets.bounding&(1<<n) == 0 && prctl(prCapBSetDrop, uintptr(n), 0) == syscall.EPERM {
			return fmt.Errorf("drop capability %d: %w", n, syscall.EPERM)
		}
	}
	if !p.NoNewPrivileges {
		if err := loadFilter(o.filter); err != nil {
			return err
		}
	}
	if err := switchUser(p); err != nil {
		return err
	}
	if err := sets.apply(); err != nil {
		return err
	}
	if p.NoNewPrivileges {
		if errno := prctl(prSetNoNewPrivs, 1, 0); errno != 0 {
			return fmt.Errorf("no new privileges: %w", errno)
		}
		return loadFilter(o.filter)
	}
	return nil
}

func prctl(option, a, b uintptr) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, option, a, b, 0, 0, 0)
	return errno
}

// switchUser changes this thread's groups and user; raw calls, since package syscall would change every thread.
func switchUser(p *ociProcess) error {
	if errno := prctl(prSetKeepCaps, 1, 0); errno != 0 {
		return errno
	}
	groups := make([]uint32, len(p.User.AdditionalGids)+1)
	for i, g := range p.User.AdditionalGids {
		groups[i] = uint32(g)
	}
	count := uintptr(len(p.User.AdditionalGids))
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETGROUPS, count, uintptr(unsafe.Pointer(&groups[0])), 0); errno != 0 {
		return fmt.Errorf("setgroups: %w", errno)
	}
	gid, uid := uintptr(p.User.GID), uintptr(p.User.UID)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESGID, gid, gid, gid); errno != 0 {
		return fmt.Errorf("setgid: %w", errno)
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, uid, uid, uid); errno != 0 {
		return fmt.Errorf("setuid: %w", errno)
	}
	if p.User.Umask != nil {
		syscall.Umask(*p.User.Umask)
	}
	return nil
}

// capabilitySets are the five sets of a thread.
type capabilitySets struct {
	bounding, effective, permitted, inheritable, ambient uint64
}

func newCapabilitySets(c *ociCapabilities) (capabilitySets, error) {
	var s capabilitySets
	if c == nil {
		return s, nil
	}
	for _, set := range []struct {
		mask  *uint64
		names []string
	}{{&s.bounding, c.Bounding}, {&s.effective, c.Effective}, {&s.permitted, c.Permitted},
		{&s.inheritable, c.Inheritable}, {&s.ambient, c.Ambient}} {
		mask, err := capabilityMask(set.names)
		if err != nil {
			return s, err
		}
		*set.mask = mask
	}
	return s, nil
}

func (s capabilitySets) apply() error {
	header := struct {
		version uint32
		pid     int32
	}{version: capabilityVersion3}
	type words struct{ effective, permitted, inheritable uint32 }
	data := [2]words{
		{uint32(s.effective), uint32(s.permitted), uint32(s.inheritable)},
		{uint32(s.effective >> 32), uint32(s.permitted >> 32), uint32(s.inheritable >> 32)},
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data[0])), 0)
	if errno != 0 {
		return fmt.Errorf("set capabilities: %w", errno)
	}
	if errno := prctl(prCapAmbient, prCapAmbientClear, 0); errno != 0 {
		return fmt.Errorf("clear ambient capabilities: %w", errno)
	}
	for n := uint(0); n <= lastCapabilityLimit; n++ {
		if s.ambient&(1<<n) != 0 {
			if errno := prctl(prCapAmbient, prCapAmbientRaise, uintptr(n)); errno != 0 {
				return fmt.Errorf("raise ambient capability %d: %w", n, errno)
			}
		}
	}
	return nil
}

// loadFilter sets the seccomp filter that the runtime compiled for the container: an array of 8-byte instructions.
func loadFilter(filter []byte) error {
	if len(filter) == 0 {
		return nil
	}
	program := struct {
		length uint16
		filter *byte
	}{uint16(len(filter) / 8), &filter[0]}
	_, _, errno := syscall.RawSyscall(sysSeccomp, seccompSetFilter, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return fmt.Errorf("seccomp filter: %w", errno)
	}
	return nil
}

// lookPath finds a program as execvp(3) does, in the container's own PATH.
func lookPath(name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", err
		}
		return name, nil
	}
	search, set := newEnvironment(env).lookup("PATH")
	if !set {
		search = defaultExecPath
	}
	for _, dir := range filepath.SplitList(search) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("executable file %q not found in $PATH: %w", name, os.ErrNotExist)
}

// withHome adds HOME from the container's /etc/passwd when the environment has none, as the OCI runtimes do.
func withHome(env []string, uid int) []string {
	if _, set := newEnvironment(env).lookup("HOME"); set {
		return env
	}
	home := "/"
	if f, err := os.Open("/etc/passwd"); err == nil {
		defer f.Close()
		home = homeOf(f, uid)
	}
	return append(env, "HOME="+home)
}

func homeOf(passwd io.Reader, uid int) string {
	lines := bufio.NewScanner(passwd)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) >= 6 && fields[2] == strconv.Itoa(uid) && fields[5] != "" {
			return fields[5]
		}
	}
	return "/"
}
