package main

// System calls that package syscall does not name for this architecture.
const (
	sysFinitModule = 273
	sysSetns       = 268
	sysSeccomp     = 277
	sysBPF         = 280
)
