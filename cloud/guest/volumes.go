package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// volumes makes the Pod's volumes on the machine and finds their places for the containers' mounts.
type volumes struct {
	dir     string
	field   func(string) (string, error)
	fsGroup *int64
	paths   map[string]string
	fixed   map[string]bool // volumes of files known at boot are mounted read-only, as the kubelet does
}

func newVolumes(dir string, id *Identity) *volumes {
	return &volumes{dir: dir, field: id.field, fsGroup: id.metadata.FSGroup, paths: map[string]string{}, fixed: map[string]bool{}}
}

func (v *volumes) prepare(list []Volume) error {
	for _, volume := range list {
		if err := v.prepareOne(volume); err != nil {
			return fmt.Errorf("volume %q: %w", volume.Name, err)
		}
	}
	return nil
}

func (v *volumes) prepareOne(volume Volume) error {
	path := filepath.Join(v.dir, volume.Name)
	v.paths[volume.Name] = path
	switch volume.Kind {
	case "emptyDir":
		return v.emptyDir(path, volume)
	case "files":
		v.fixed[volume.Name] = true
		return v.files(path, volume.Files)
	case "hostPath":
		v.paths[volume.Name] = filepath.Clean(volume.HostPath)
		return os.MkdirAll(volume.HostPath, 0o755)
	}
	return fmt.Errorf("unsupported kind %q", volume.Kind)
}

// emptyDir is memory in either medium; a size limit makes it a file system of its own.
func (v *volumes) emptyDir(path string, volume Volume) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	if volume.SizeLimitBytes > 0 {
		data := fmt.Sprintf("mode=0777,size=%d", volume.SizeLimitBytes)
		if err := syscall.Mount("tmpfs", path, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, data); err != nil {
			return err
		}
	}
	if v.fsGroup == nil {
		return os.Chmod(path, 0o777)
	}
	if err := os.Chown(path, -1, int(*v.fsGroup)); err != nil {
		return err
	}
	return os.Chmod(path, 0o777|os.ModeSetgid)
}

func (v *volumes) files(root string, files []VolumeFile) error {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(root, filepath.Clean("/"+f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		content, err := v.content(f)
		if err != nil {
			return err
		}
		if err := v.writeFile(path, content, os.FileMode(f.Mode)&0o777); err != nil {
			return err
		}
	}
	return nil
}

// writeFile gives the Pod's group what the kubelet gives it in read-only volumes (pkg/volume/volume_linux.go).
func (v *volumes) writeFile(path string, content []byte, mode os.FileMode) error {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	if v.fsGroup != nil {
		if err := os.Chown(path, -1, int(*v.fsGroup)); err != nil {
			return err
		}
		mode |= 0o440
	}
	return os.Chmod(path, mode)
}

func (v *volumes) content(f VolumeFile) ([]byte, error) {
	if f.Field != nil {
		text, err := v.field(*f.Field)
		return []byte(text), err
	}
	if f.Data == nil {
		return nil, nil
	}
	return base64.StdEncoding.DecodeString(*f.Data)
}

// binds gives the mounts of one container.
func (v *volumes) binds(mounts []VolumeMount) ([]bind, error) {
	var all []bind
	for _, m := range mounts {
		root, ok := v.paths[m.Volume]
		if !ok {
			return nil, fmt.Errorf("volume %q is not defined", m.Volume)
		}
		source := root
		if m.SubPath != "" {
			var err error
			if source, err = subPath(root, m.SubPath); err != nil {
				return nil, err
			}
		}
		all = append(all, bind{source: source, target: m.Path, readOnly: m.ReadOnly || v.fixed[m.Volume]})
	}
	return all, nil
}

// subPath resolves a path inside a volume; a missing one becomes a directory. It must not lead out of the volume, whatever
// links a container may have laid there.
func subPath(root, sub string) (string, error) {
	path := filepath.Join(root, filepath.Clean("/"+sub))
	if _, err := os.Lstat(path); os.IsNotExist(err) {
		parent, err := existing(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		if !inside(root, parent) {
			return "", fmt.Errorf("subPath %q leads out of the volume", sub)
		}
		if err := os.MkdirAll(path, 0o755); err != nil {
			return "", err
		}
		_ = os.Chmod(path, 0o777)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if !inside(root, real) {
		return "", fmt.Errorf("subPath %q leads out of the volume", sub)
	}
	return real, nil
}

// existing gives the real path of the nearest directory above that exists.
func existing(path string) (string, error) {
	for {
		real, err := filepath.EvalSymlinks(path)
		if !os.IsNotExist(err) {
			return real, err
		}
		path = filepath.Dir(path)
	}
}

func inside(root, path string) bool {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	return path == real || strings.HasPrefix(path, real+"/")
}
