package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVolumes(t *testing.T) {
	id := testIdentity()
	id.decide()
	v := newVolumes(t.TempDir(), id)
	host := filepath.Join(t.TempDir(), "h")
	err := v.prepare([]Volume{
		{Name: "cm", Kind: "files", Files: []VolumeFile{
			{Path: "a/b.conf", Mode: 0o644, Data: text("aGVsbG8=")}, {Path: "ns", Mode: 0o400, Field: text("metadata.namespace")},
			{Path: "../../up", Mode: 0o600}}},
		{Name: "e", Kind: "emptyDir"}, {Name: "h", Kind: "hostPath", HostPath: host},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"cm/a/b.conf": "hello", "cm/ns": "shop", "cm/up": ""} {
		if got, err := os.ReadFile(filepath.Join(v.dir, path)); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", path, got, err)
		}
	}
	if info, err := os.Stat(filepath.Join(v.dir, "e")); err != nil || info.Mode().Perm() != 0o777 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(filepath.Join(v.dir, "cm/ns")); err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	binds, err := v.binds([]VolumeMount{{Volume: "cm", Path: "/c", SubPath: "a/b.conf"}, {Volume: "e", Path: "/e", SubPath: "new/dir"},
		{Volume: "h", Path: "/h", ReadOnly: true}})
	if err != nil {
		t.Fatal(err)
	}
	if b := binds[0]; !strings.HasSuffix(b.source, "/cm/a/b.conf") || !b.readOnly {
		t.Errorf("got %+v", b)
	}
	if info, err := os.Stat(binds[1].source); err != nil || !info.IsDir() || binds[1].readOnly {
		t.Errorf("got %+v, %v", binds[1], err)
	}
	if b := binds[2]; b.source != host || !b.readOnly {
		t.Errorf("got %+v", b)
	}
}

func TestSubPathStaysInside(t *testing.T) {
	root := t.TempDir()
	if err := os.Symlink("/etc", filepath.Join(root, "out")); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"out", "out/new/dir"} {
		if got, err := subPath(root, sub); err == nil || !strings.Contains(err.Error(), "leads out of the volume") {
			t.Errorf("%s: got %q, %v", sub, got, err)
		}
	}
	if got, err := subPath(root, "../../x"); err != nil || !strings.HasPrefix(got, root) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestVolumeErrors(t *testing.T) {
	v := newVolumes(t.TempDir(), testIdentity())
	if err := v.prepare([]Volume{{Name: "x", Kind: "nfs"}}); err == nil || err.Error() != `volume "x": unsupported kind "nfs"` {
		t.Errorf("got %v", err)
	}
	if err := v.prepare([]Volume{{Name: "x", Kind: "files", Files: []VolumeFile{{Path: "f", Data: text("%")}}}}); err == nil {
		t.Error("bad base64 must be an error")
	}
	if _, err := v.binds([]VolumeMount{{Volume: "none"}}); err == nil || err.Error() != `volume "none" is not defined` {
		t.Errorf("got %v", err)
	}
}
