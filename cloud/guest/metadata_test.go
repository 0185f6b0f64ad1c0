package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const smallDocument = `{"instance":{"id":"i-1","interfaces":[{"mac":"52:54:00:00:00:01","address":"10.0.0.5/16"}]},
"launch":{"version":1,"namespace":"default","owner":{"kind":"ReplicaSet","name":"web"},"unknown":1,
"containers":[{"name":"c","startupProbe":null}]}}`

func TestReadDocumentEndsAtNUL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "disk")
	padded := smallDocument + strings.Repeat("\x00", 100000)
	if err := os.WriteFile(path, []byte(padded), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := readDocument(path)
	if err != nil {
		t.Fatal(err)
	}
	if d.Instance.ID != "i-1" || d.Launch.Containers[0].Name != "c" || d.Launch.RestartPolicy != "Always" {
		t.Errorf("got %+v", d)
	}
}

func TestParseDocumentNamesWhatIsWrong(t *testing.T) {
	cases := map[string]string{
		"":                         "not valid JSON",
		`{"launch":{"version":2}}`: "version 2",
		`{"launch":{"version":1}}`: "no instance id",
		`{"instance":{"id":"i"},"launch":{"version":1}}`: "names no container",
	}
	for input, want := range cases {
		if _, err := parseDocument([]byte(input)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", input, err, want)
		}
	}
}

func TestFindDiskBySerial(t *testing.T) {
	sys := t.TempDir()
	for name, serial := range map[string]string{"vda": "other\n", "vdb": "i2kit-tags"} {
		if err := os.MkdirAll(filepath.Join(sys, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sys, name, "serial"), []byte(serial), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if path, err := findDisk(sys, "/dev", tagsSerial); err != nil || path != "/dev/vdb" {
		t.Errorf("got %q, %v", path, err)
	}
	if _, err := findDisk(sys, "/dev", metadataSerial); err == nil {
		t.Error("a missing disk must be an error")
	}
}

func TestTagsAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tags")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(s+strings.Repeat("\x00", tagsBytes-len(s))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"sequence":1,"tags":{"i2kit.io/pod":"default/web-x"},"terminating":false,"graceSeconds":-1}`)
	reader, err := openTags(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.file.Close()
	l, err := reader.read()
	if err != nil || l.Sequence != 1 || l.Tags[podTag] != "default/web-x" || l.GraceSeconds != -1 {
		t.Errorf("got %+v, %v", l, err)
	}
	write(`{"sequence":2,"terminating":true,"graceSeconds":5}`)
	if l, err = reader.read(); err != nil || !l.Terminating || l.GraceSeconds != 5 {
		t.Errorf("got %+v, %v", l, err)
	}
	write(`{"sequence":3,"termi`)
	if _, err = reader.read(); err == nil {
		t.Error("a torn document must be an error")
	}
}
