package main

import (
	"fmt"
	"strings"
)

// capabilityNames are in the order of their numbers (linux/capability.h).
var capabilityNames = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
	NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT
	SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
	MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)

// capabilityMask gives the bits of capabilities named as in config.json (CAP_CHOWN).
func capabilityMask(names []string) (uint64, error) {
	var mask uint64
next:
	for _, name := range names {
		short := strings.TrimPrefix(strings.ToUpper(name), "CAP_")
		for i, known := range capabilityNames {
			if known == short {
				mask |= 1 << uint(i)
				continue next
			}
		}
		return 0, fmt.Errorf("unknown capability %q", name)
	}
	return mask, nil
}
