package main

import (
	"strings"
	"testing"
)

func testIdentity() *Identity {
	return &Identity{
		metadata: &MachineMetadata{Namespace: "shop", Owner: Owner{Kind: "ReplicaSet", Name: "web-6d4"},
			Labels: map[string]string{"app": "web", "tier": "a\"b"}, NodeName: "node-1", ServiceAccountName: "default"},
		instance: &InstanceMetadata{ID: "i-1", HostAddress: "192.0.2.1",
			Interfaces: []NetworkInterface{{Address: "10.244.0.5/16"}}},
	}
}

func TestPodNameComesFromTheTags(t *testing.T) {
	id := testIdentity()
	if id.learn(map[string]string{podTag: "other/web-6d4-abcde"}) || id.learn(nil) {
		t.Error("tags of another namespace, or none, must not count")
	}
	if !id.learn(map[string]string{podTag: "shop/web-6d4-abcde", podUIDTag: "u-1"}) {
		t.Error("tags must count")
	}
	id.decide()
	if id.name() != "web-6d4-abcde" || id.uid() != "u-1" {
		t.Errorf("got %s %s", id.name(), id.uid())
	}
}

func TestFallbackPodName(t *testing.T) {
	id := testIdentity()
	id.decide()
	name := id.name()
	suffix := strings.TrimPrefix(name, "web-6d4-")
	if len(suffix) != 5 || strings.Trim(suffix, suffixLetters) != "" {
		t.Errorf("got %s", name)
	}
	if other := fallbackPodName(id.metadata.Owner, "i-2"); other == name {
		t.Error("another instance must have another name")
	}
	// The server adopts a machine by this name once its tags are written late.
	if id.learn(map[string]string{podTag: "shop/" + name, podUIDTag: "u-2"}); id.uid() != "u-2" {
		t.Errorf("got uid %q", id.uid())
	}
	if got := fallbackPodName(Owner{Kind: "Pod", Name: "solo"}, "i-1"); got != "solo" {
		t.Errorf("got %s", got)
	}
}

func TestFields(t *testing.T) {
	id := testIdentity()
	id.decide()
	cases := map[string]string{
		"metadata.namespace":        "shop",
		"metadata.labels['app']":    "web",
		"metadata.labels['none']":   "",
		"metadata.labels":           "app=\"web\"\ntier=\"a\\\"b\"",
		"spec.nodeName":             "node-1",
		"spec.serviceAccountName":   "default",
		"status.hostIP":             "192.0.2.1",
		"status.podIP":              "10.244.0.5",
		"status.podIPs":             "10.244.0.5",
		"metadata.annotations['x']": "",
	}
	for field, want := range cases {
		if got, err := id.field(field); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", field, got, err, want)
		}
	}
	if _, err := id.field("spec.unknown"); err == nil {
		t.Error("an unknown field must be an error")
	}
}

func TestHostname(t *testing.T) {
	id := testIdentity()
	id.podName = strings.Repeat("a", 62) + "-bc"
	if got := id.hostname(); got != strings.Repeat("a", 62) {
		t.Errorf("got %s", got)
	}
	id.metadata.Hostname, id.metadata.Subdomain = "db-0", "db"
	id.metadata.DNS.Searches = []string{"shop.svc.example.org", "svc.example.org"}
	if got := id.fqdn(); got != "db-0.db.shop.svc.example.org" {
		t.Errorf("got %s", got)
	}
}

func TestHostFiles(t *testing.T) {
	id := testIdentity()
	id.metadata.Hostname = "web"
	id.metadata.HostAliases = []HostAlias{{IP: "192.0.2.9", Hostnames: []string{"a", "b"}}}
	hosts := hostsFile(id)
	for _, line := range []string{"127.0.0.1\tlocalhost\n", "10.244.0.5\tweb\n", "192.0.2.9\ta\tb\n"} {
		if !strings.Contains(hosts, line) {
			t.Errorf("%q is missing in\n%s", line, hosts)
		}
	}
	got := resolvConf(DNS{Searches: []string{"shop.svc.cluster.local", "svc.cluster.local"}, Options: []string{"ndots:5"}}, []string{"10.96.0.10"})
	want := "search shop.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
	if got != want {
		t.Errorf("got %q", got)
	}
	if got := resolvConf(DNS{Nameservers: []string{"192.0.2.53"}}, []string{"10.96.0.10"}); got != "nameserver 192.0.2.53\n" {
		t.Errorf("got %q", got)
	}
}
