package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// mount is one line of the machine's own mount table.
type mount struct {
	source, target, fstype string
	flags                  uintptr
	data                   string
}

const (
	secure = syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC

	// cgroupRoot is where the one cgroup hierarchy (version 2) is mounted.
	cgroupRoot = "/sys/fs/cgroup"
)

// baseMounts are those that LinuxKit's init makes, reduced to what a machine with one Pod needs. Sizes are shares of the
// machine's memory: everything writable lives in it.
var baseMounts = []mount{
	{"proc", "/proc", "proc", secure, ""},
	{"sysfs", "/sys", "sysfs", secure, ""},
	{"devtmpfs", "/dev", "devtmpfs", syscall.MS_NOSUID | syscall.MS_NOEXEC, "mode=0755"},
	{"devpts", "/dev/pts", "devpts", syscall.MS_NOSUID | syscall.MS_NOEXEC, "gid=5,mode=0620,ptmxmode=0666"},
	{"shm", "/dev/shm", "tmpfs", secure, "mode=1777"},
	{"mqueue", "/dev/mqueue", "mqueue", secure, ""},
	{"run", "/run", "tmpfs", syscall.MS_NOSUID | syscall.MS_NODEV, "mode=0755,size=90%"},
	{"tmp", "/tmp", "tmpfs", syscall.MS_NOSUID | syscall.MS_NODEV, "mode=1777,size=50%"},
	{"cgroup2", cgroupRoot, "cgroup2", secure, "nsdelegate"},
}

// mountBase makes the mounts and gives the errors of those that failed; the machine goes on without them.
func mountBase(table []mount) []error {
	var problems []error
	for _, m := range table {
		if err := os.MkdirAll(m.target, 0o755); err != nil && !isMounted(m.target) {
			problems = append(problems, fmt.Errorf("mount point %s: %w", m.target, err))
			continue
		}
		err := syscall.Mount(m.source, m.target, m.fstype, m.flags, m.data)
		if err != nil && err != syscall.EBUSY {
			problems = append(problems, fmt.Errorf("mount %s: %w", m.target, err))
		}
	}
	return problems
}

func isMounted(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// leaveRootfs makes the initramfs an ordinary mount, so that crun can use pivot_root and a container cannot climb out of a
// mere chroot: the kernel refuses pivot_root on the first root filesystem only. It does nothing on a disk root.
func leaveRootfs() error {
	const place = "/root"
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/", &fs); err != nil || !inMemory(int64(fs.Type)) {
		return err
	}
	if err := os.MkdirAll(place, 0o700); err != nil {
		return err
	}
	if err := syscall.Mount("/", place, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
		return fmt.Errorf("bind root: %w", err)
	}
	if err := os.Chdir(place); err != nil {
		return err
	}
	if err := syscall.Mount(".", "/", "", syscall.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move root: %w", err)
	}
	if err := syscall.Chroot("."); err != nil {
		return fmt.Errorf("enter root: %w", err)
	}
	return os.Chdir("/")
}

// inMemory tells by the magic number (linux/magic.h) whether a file system is of the kinds that an initramfs is unpacked to.
func inMemory(magic int64) bool {
	const tmpfs, ramfs = 0x01021994, 0x858458f6
	return magic == tmpfs || magic == ramfs
}

// writeSysctls sets kernel parameters; names may use dots or slashes, as in sysctl(8).
func writeSysctls(root string, sysctls map[string]string) error {
	for name, value := range sysctls {
		path := name
		if !strings.Contains(name, "/") {
			path = strings.ReplaceAll(name, ".", "/")
		}
		if err := os.WriteFile(filepath.Join(root, filepath.Clean("/"+path)), []byte(value), 0o644); err != nil {
			return fmt.Errorf("sysctl %s: %w", name, err)
		}
	}
	return nil
}

// memInfo gives the machine's total and used (total minus available) memory in bytes, from the text of /proc/meminfo.
func memInfo(text string) (total, used int64) {
	var available int64
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kib, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "MemTotal:":
			total = kib << 10
		case "MemAvailable:":
			available = kib << 10
		}
	}
	return total, total - available
}
