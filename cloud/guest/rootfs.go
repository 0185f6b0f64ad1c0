package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// layersOf gives the directories of a container's root file system, the lowest first: the lines of the file layers, or in the
// layout of the stock linuxkit tool the single directory that runtime.json names (containers of one image share it), else
// lower or rootfs.
func layersOf(bundle string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(bundle, "layers"))
	if err == nil {
		var list []string
		for _, line := range strings.Split(string(text), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				list = append(list, line)
			}
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("%s/layers names no directory", bundle)
		}
		return list, nil
	}
	shared, err := sharedRoot(filepath.Join(bundle, "runtime.json"))
	if err != nil {
		return nil, err
	}
	if shared != "" {
		return []string{shared}, nil
	}
	for _, name := range []string{"lower", "rootfs"} {
		path := filepath.Join(bundle, name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return []string{path}, nil
		}
	}
	return nil, fmt.Errorf("%s has neither layers nor lower nor rootfs", bundle)
}

// sharedRoot gives the directory that LinuxKit's own init would mount as the root file system, or nothing without the file.
func sharedRoot(path string) (string, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var config struct {
		Mounts []struct {
			Destination, Type, Source string
			Options                   []string
		}
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	for _, m := range config.Mounts {
		if filepath.Base(m.Destination) != "rootfs" {
			continue
		}
		if m.Type != "overlay" {
			return m.Source, nil
		}
		for _, option := range m.Options {
			if strings.HasPrefix(option, "lowerdir=") {
				return strings.TrimPrefix(option, "lowerdir="), nil
			}
		}
	}
	return "", nil
}

// layerLinks is where layers have short names: the kernel takes one page of mount options.
const layerLinks = "/run/i2kit/l"

// overlayOptions gives the data of mount(2), the uppermost layer first.
func overlayOptions(links string, layers []string, upper, work string) (string, error) {
	if err := os.MkdirAll(links, 0o700); err != nil {
		return "", err
	}
	names := make([]string, len(layers))
	for i, layer := range layers {
		sum := sha256.Sum256([]byte(layer))
		link := filepath.Join(links, hex.EncodeToString(sum[:4]))
		if err := os.Symlink(layer, link); err != nil && !os.IsExist(err) {
			return "", err
		}
		names[len(layers)-1-i] = link
	}
	data := "lowerdir=" + strings.Join(names, ":") + ",upperdir=" + upper + ",workdir=" + work
	if len(data) >= os.Getpagesize() {
		return "", fmt.Errorf("%d layers do not fit into one overlay mount", len(layers))
	}
	return data, nil
}

// rootMounter puts a container's root file system at a place, empty of what a former run has written.
type rootMounter interface {
	mountRoot(run string, layers []string) error
	unmountRoot(run string)
}

// overlayRoots keeps what containers write in memory, under the run's directory: upper, work, rootfs.
type overlayRoots struct{}

func (overlayRoots) mountRoot(run string, layers []string) error {
	root, upper, work := filepath.Join(run, "rootfs"), filepath.Join(run, "upper"), filepath.Join(run, "work")
	for _, dir := range []string{root, upper, work} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	data, err := overlayOptions(layerLinks, layers, upper, work)
	if err != nil {
		return err
	}
	if err := syscall.Mount("overlay", root, "overlay", 0, data); err != nil {
		return fmt.Errorf("mount root file system: %w", err)
	}
	return nil
}

func (overlayRoots) unmountRoot(run string) {
	root := filepath.Join(run, "rootfs")
	if err := syscall.Unmount(root, syscall.MNT_DETACH); err != nil {
		consolef("unmount %s: %v", root, err)
		return
	}
	for _, part := range []string{"rootfs", "upper", "work"} {
		_ = os.RemoveAll(filepath.Join(run, part))
	}
}
