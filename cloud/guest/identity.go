package main

import (
	"crypto/sha256"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
)

const (
	podTag        = "i2kit.io/pod"
	podUIDTag     = "i2kit.io/pod-uid"
	suffixLetters = "bcdfghjklmnpqrstvwxz2456789"
)

// fallbackPodName is the name of a machine that was told none: the owner's name and five letters of the SHA-256 of the
// instance id (byte modulo 27, in Kubernetes' own alphabet for generated names). A lone Pod keeps its own name.
func fallbackPodName(owner Owner, instanceID string) string {
	if owner.Kind == "Pod" {
		return owner.Name
	}
	sum := sha256.Sum256([]byte(instanceID))
	suffix := make([]byte, 5)
	for i := range suffix {
		suffix[i] = suffixLetters[int(sum[i])%len(suffixLetters)]
	}
	return owner.Name + "-" + string(suffix)
}

// Identity is what the machine knows about its own Pod. The name is fixed before the first container starts.
type Identity struct {
	metadata *MachineMetadata
	instance *InstanceMetadata

	mu      sync.Mutex
	podName string
	podUID  string
}

// learn takes the Pod's name and uid from the instance's tags and tells whether the tags name a Pod of this namespace.
func (id *Identity) learn(tags map[string]string) bool {
	namespace, name, ok := strings.Cut(tags[podTag], "/")
	if !ok || namespace != id.metadata.Namespace || name == "" {
		return false
	}
	id.mu.Lock()
	defer id.mu.Unlock()
	if id.podName == "" {
		id.podName = name
	}
	if id.podName == name && tags[podUIDTag] != "" {
		id.podUID = tags[podUIDTag]
	}
	return true
}

// decide settles the name when no tag came in time.
func (id *Identity) decide() {
	id.mu.Lock()
	defer id.mu.Unlock()
	if id.podName == "" {
		id.podName = fallbackPodName(id.metadata.Owner, id.instance.ID)
	}
}

func (id *Identity) name() string {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.podName
}

func (id *Identity) uid() string {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.podUID
}

// address is the Pod address, without its prefix length.
func (id *Identity) address() string {
	if len(id.instance.Interfaces) == 0 {
		return ""
	}
	ip, _, _ := strings.Cut(id.instance.Interfaces[0].Address, "/")
	return ip
}

// hostname is the Pod's, cut to the 63 characters that Linux and DNS allow (kubelet's GeneratePodHostNameAndDomain).
func (id *Identity) hostname() string {
	h := id.metadata.Hostname
	if h == "" {
		h = id.name()
	}
	if len(h) > 63 {
		h = strings.TrimRight(h[:63], "-.")
	}
	return h
}

// fqdn is the Pod's full name when it has a subdomain, else empty.
func (id *Identity) fqdn() string {
	if id.metadata.Subdomain == "" {
		return ""
	}
	suffix := id.metadata.Namespace + ".svc"
	for _, s := range id.metadata.DNS.Searches {
		if s == suffix || strings.HasPrefix(s, suffix+".") {
			return id.hostname() + "." + id.metadata.Subdomain + "." + s
		}
	}
	return id.hostname() + "." + id.metadata.Subdomain + "." + suffix
}

// field gives the value of a downward API field.
func (id *Identity) field(path string) (string, error) {
	switch path {
	case "metadata.name":
		return id.name(), nil
	case "metadata.namespace":
		return id.metadata.Namespace, nil
	case "metadata.uid":
		return id.uid(), nil
	case "metadata.labels":
		return formatMap(id.metadata.Labels), nil
	case "metadata.annotations":
		return formatMap(id.metadata.Annotations), nil
	case "spec.nodeName":
		return id.metadata.NodeName, nil
	case "spec.serviceAccountName":
		return id.metadata.ServiceAccountName, nil
	case "status.hostIP", "status.hostIPs":
		return id.instance.HostAddress, nil
	case "status.podIP", "status.podIPs":
		return id.address(), nil
	}
	if key, ok := subscript(path, "metadata.labels"); ok {
		return id.metadata.Labels[key], nil
	}
	if key, ok := subscript(path, "metadata.annotations"); ok {
		return id.metadata.Annotations[key], nil
	}
	return "", fmt.Errorf("unsupported fieldPath: %s", path)
}

func subscript(path, prefix string) (string, bool) {
	if strings.HasPrefix(path, prefix+"['") && strings.HasSuffix(path, "']") {
		return path[len(prefix)+2 : len(path)-2], true
	}
	return "", false
}

// formatMap is the downward API's form of labels and annotations: key="value", sorted, one a line.
func formatMap(m map[string]string) string {
	lines := make([]string, 0, len(m))
	for k, v := range m {
		lines = append(lines, k+"="+strconv.Quote(v))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
