package main

import (
	"strings"
	"time"
)

// defaultBackOff is the kubelet's first delay between restarts.
const defaultBackOff = 10 * time.Second

// kernelOptions are the words of the kernel command line that are meant for the guest.
type kernelOptions struct {
	backOff      time.Duration
	probeTimeout time.Duration
}

// parseKernelOptions reads i2kit.backoff=<duration>, the first delay between restarts, and i2kit.probetimeout=<duration>, the
// least time that a probe gets: an emulated machine may need longer than the second that manifests usually leave.
func parseKernelOptions(cmdline string) kernelOptions {
	o := kernelOptions{backOff: defaultBackOff}
	for _, word := range strings.Fields(cmdline) {
		name, value, _ := strings.Cut(word, "=")
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			continue
		}
		switch name {
		case "i2kit.backoff":
			o.backOff = d
		case "i2kit.probetimeout":
			o.probeTimeout = d
		}
	}
	return o
}
