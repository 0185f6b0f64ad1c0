package main

import (
	"fmt"
	"reflect"
	"testing"
)

func text(s string) *string { return &s }

func TestExpand(t *testing.T) {
	values := map[string]string{"A": "1", "EMPTY": "", "B_C": "$(A)"}
	lookup := func(n string) (string, bool) { v, ok := values[n]; return v, ok }
	cases := map[string]string{
		"":              "",
		"plain":         "plain",
		"$(A)":          "1",
		"x$(A)y$(A)":    "x1y1",
		"$(EMPTY)":      "",
		"$(MISSING)":    "$(MISSING)",
		"$$(A)":         "$(A)",
		"$$$(A)":        "$1",
		"$$$$(A)":       "$$(A)",
		"$(B_C)":        "$(A)",
		"$(A":           "$(A",
		"$":             "$",
		"$A":            "$A",
		"a$b$(A)":       "a$b1",
		"$()":           "$()",
		"$($(A))":       "$($(A))",
		"ends with $":   "ends with $",
		"$(MISSING)$$x": "$(MISSING)$x",
	}
	for input, want := range cases {
		if got := expand(input, lookup); got != want {
			t.Errorf("expand(%q) = %q, want %q", input, got, want)
		}
	}
}

func TestContainerEnvironmentMergesOverTheImage(t *testing.T) {
	field := func(f string) (string, error) {
		if f == "metadata.name" {
			return "web-1", nil
		}
		return "", fmt.Errorf("unsupported fieldPath: %s", f)
	}
	vars := []EnvVar{
		{Name: "NAME", Field: text("metadata.name")},
		{Name: "URL", Value: text("http://$(NAME):$(PORT)/$(PATH)")},
		{Name: "PATH", Value: text("/bin")},
		{Name: "NONE"},
	}
	env, lookup, err := containerEnvironment([]string{"PATH=/usr/bin", "LANG=C"}, vars, field)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"PATH=/bin", "LANG=C", "NAME=web-1", "URL=http://web-1:$(PORT)/$(PATH)", "NONE="}
	if !reflect.DeepEqual(env.list(), want) {
		t.Errorf("got %q, want %q", env.list(), want)
	}
	if _, ok := lookup("LANG"); ok {
		t.Error("the command line must not see the image's variables")
	}
	if got := expandAll([]string{"run", "$(URL)"}, lookup); got[1] != "http://web-1:$(PORT)/$(PATH)" {
		t.Errorf("got %q", got)
	}
}

func TestContainerEnvironmentRejectsUnknownField(t *testing.T) {
	field := func(f string) (string, error) { return "", fmt.Errorf("unsupported fieldPath: %s", f) }
	_, _, err := containerEnvironment(nil, []EnvVar{{Name: "X", Field: text("spec.x")}}, field)
	if err == nil || err.Error() != "unsupported fieldPath: spec.x" {
		t.Errorf("got %v", err)
	}
}
