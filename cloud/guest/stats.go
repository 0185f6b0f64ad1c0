package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Summary has the shape of the kubelet's /stats/summary (k8s.io/kubelet/pkg/apis/stats/v1alpha1), CPU and memory only.
type Summary struct {
	Node NodeStats  `json:"node"`
	Pods []PodStats `json:"pods"`
}

// NodeStats is the machine's part.
type NodeStats struct {
	NodeName  string       `json:"nodeName"`
	StartTime string       `json:"startTime"`
	CPU       *CPUStats    `json:"cpu,omitempty"`
	Memory    *MemoryStats `json:"memory,omitempty"`
}

// PodStats is the Pod's part.
type PodStats struct {
	PodRef     PodReference     `json:"podRef"`
	StartTime  string           `json:"startTime"`
	Containers []ContainerStats `json:"containers"`
	CPU        *CPUStats        `json:"cpu,omitempty"`
	Memory     *MemoryStats     `json:"memory,omitempty"`
}

// PodReference names the Pod.
type PodReference struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	UID       string `json:"uid"`
}

// ContainerStats is one container's part.
type ContainerStats struct {
	Name      string       `json:"name"`
	StartTime string       `json:"startTime"`
	CPU       *CPUStats    `json:"cpu,omitempty"`
	Memory    *MemoryStats `json:"memory,omitempty"`
}

// CPUStats tells CPU time; nano cores are those of the time since the last answer.
type CPUStats struct {
	Time                 string  `json:"time"`
	UsageNanoCores       *uint64 `json:"usageNanoCores,omitempty"`
	UsageCoreNanoSeconds *uint64 `json:"usageCoreNanoSeconds,omitempty"`
}

// MemoryStats tells memory in bytes.
type MemoryStats struct {
	Time            string  `json:"time"`
	AvailableBytes  *uint64 `json:"availableBytes,omitempty"`
	UsageBytes      *uint64 `json:"usageBytes,omitempty"`
	WorkingSetBytes *uint64 `json:"workingSetBytes,omitempty"`
	RSSBytes        *uint64 `json:"rssBytes,omitempty"`
}

// statsSource reads a control group's files; the empty name is the whole machine.
type statsSource interface {
	read(group, file string) string
	now() time.Time
}

type systemSource struct{}

func (systemSource) read(group, file string) string {
	text, _ := os.ReadFile(filepath.Join(cgroupRoot, group, file))
	return string(text)
}

func (systemSource) now() time.Time { return time.Now() }

// cpuSamples remembers the last reading of each group.
var cpuSamples = struct {
	sync.Mutex
	last map[string]cpuSample
}{last: map[string]cpuSample{}}

type cpuSample struct {
	at    time.Time
	nanos uint64
}

// summarize makes the answer from a status and the control groups.
func summarize(s GuestStatus, source statsSource) Summary {
	total, used := uint64(s.MemoryTotalBytes), uint64(s.MemoryUsedBytes)
	available, now := total-used, source.now()
	node := NodeStats{NodeName: s.InstanceID, StartTime: s.StartedAt, CPU: cpuStats(source, "", now),
		Memory: &MemoryStats{Time: rfc3339(now), AvailableBytes: &available, UsageBytes: &used, WorkingSetBytes: &used}}
	pod := PodStats{PodRef: PodReference{Name: s.PodName, Namespace: s.Namespace, UID: s.PodUID}, StartTime: s.StartedAt,
		Containers: []ContainerStats{}, CPU: cpuStats(source, cgroupParent, now), Memory: memoryStats(source, cgroupParent, now)}
	for _, list := range [][]ContainerStatus{s.InitContainers, s.Containers} {
		for _, c := range list {
			if c.State.Running == nil {
				continue
			}
			group := filepath.Join(cgroupParent, c.Name)
			pod.Containers = append(pod.Containers, ContainerStats{Name: c.Name, StartTime: c.State.Running.StartedAt,
				CPU: cpuStats(source, group, now), Memory: memoryStats(source, group, now)})
		}
	}
	return Summary{Node: node, Pods: []PodStats{pod}}
}

func cpuStats(source statsSource, group string, now time.Time) *CPUStats {
	nanos := uint64(keyedValue(source.read(group, "cpu.stat"), "usage_usec")) * 1000
	stats := &CPUStats{Time: rfc3339(now), UsageCoreNanoSeconds: &nanos}
	cpuSamples.Lock()
	defer cpuSamples.Unlock()
	before, ok := cpuSamples.last[group]
	cpuSamples.last[group] = cpuSample{at: now, nanos: nanos}
	if elapsed := now.Sub(before.at); ok && elapsed > 0 && nanos >= before.nanos {
		cores := uint64(float64(nanos-before.nanos) / elapsed.Seconds())
		stats.UsageNanoCores = &cores
	}
	return stats
}

// memoryStats takes the inactive file pages off the usage, which is the working set as cAdvisor computes it.
func memoryStats(source statsSource, group string, now time.Time) *MemoryStats {
	usage, err := strconv.ParseUint(strings.TrimSpace(source.read(group, "memory.current")), 10, 64)
	if err != nil {
		return nil
	}
	stat := source.read(group, "memory.stat")
	working, inactive := usage, uint64(keyedValue(stat, "inactive_file"))
	if inactive < working {
		working -= inactive
	} else {
		working = 0
	}
	rss := uint64(keyedValue(stat, "anon"))
	return &MemoryStats{Time: rfc3339(now), UsageBytes: &usage, WorkingSetBytes: &working, RSSBytes: &rss}
}
