package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

const (
	modulesFile          = "/etc/i2kit-modules"
	moduleCompressedFile = 4 // MODULE_INIT_COMPRESSED_FILE, linux/module.h
)

// moduleList gives the kernel modules of /etc/i2kit-modules, in load order. Lines with # and empty ones say nothing.
func moduleList(path string) ([]string, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list, lines.Err()
}

// insertModule loads one module; compressed files are left to the kernel (CONFIG_MODULE_DECOMPRESS).
func insertModule(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	flags := uintptr(0)
	if !strings.HasSuffix(path, ".ko") {
		flags = moduleCompressedFile
	}
	parameters := []byte{0}
	_, _, errno := syscall.Syscall(sysFinitModule, f.Fd(), uintptr(unsafe.Pointer(&parameters[0])), flags)
	if errno != 0 && errno != syscall.EEXIST {
		return fmt.Errorf("module %s: %w", path, errno)
	}
	return nil
}
