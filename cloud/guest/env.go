package main

import "strings"

// expand replaces $(VAR) as Kubernetes does (third_party/forked/golang/expansion): "$$" is one "$", and a reference that has no
// value, or no closing bracket, stays as written.
func expand(input string, lookup func(string) (string, bool)) string {
	var out strings.Builder
	for i := 0; i < len(input); {
		if input[i] != '$' || i+1 == len(input) {
			out.WriteByte(input[i])
			i++
			continue
		}
		switch input[i+1] {
		case '$':
			out.WriteByte('$')
			i += 2
		case '(':
			end := strings.IndexByte(input[i+2:], ')')
			if end < 0 {
				out.WriteString("$(")
				i += 2
				continue
			}
			name := input[i+2 : i+2+end]
			if value, ok := lookup(name); ok {
				out.WriteString(value)
			} else {
				out.WriteString("$(" + name + ")")
			}
			i += end + 3
		default:
			out.WriteByte('$')
			out.WriteByte(input[i+1])
			i += 2
		}
	}
	return out.String()
}

// environment is an ordered set of variables: a later value replaces an earlier one in its place.
type environment struct {
	names  []string
	values map[string]string
}

func newEnvironment(list []string) *environment {
	e := &environment{values: map[string]string{}}
	for _, line := range list {
		name, value, _ := strings.Cut(line, "=")
		e.set(name, value)
	}
	return e
}

func (e *environment) set(name, value string) {
	if _, known := e.values[name]; !known {
		e.names = append(e.names, name)
	}
	e.values[name] = value
}

func (e *environment) lookup(name string) (string, bool) {
	v, ok := e.values[name]
	return v, ok
}

func (e *environment) list() []string {
	all := make([]string, 0, len(e.names))
	for _, n := range e.names {
		all = append(all, n+"="+e.values[n])
	}
	return all
}

// containerEnvironment merges the Pod's variables over the image's. As in the kubelet, $(VAR) sees only the Pod's variables
// above it, in the environment and, by the second result, in the command line.
func containerEnvironment(image []string, vars []EnvVar, field func(string) (string, error)) (*environment, func(string) (string, bool), error) {
	merged, own := newEnvironment(image), newEnvironment(nil)
	for _, v := range vars {
		value := ""
		switch {
		case v.Field != nil:
			f, err := field(*v.Field)
			if err != nil {
				return nil, nil, err
			}
			value = f
		case v.Value != nil:
			value = expand(*v.Value, own.lookup)
		}
		own.set(v.Name, value)
		merged.set(v.Name, value)
	}
	return merged, own.lookup, nil
}

func expandAll(list []string, lookup func(string) (string, bool)) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = expand(s, lookup)
	}
	return all
}
