package main

// System calls that package syscall does not name for this architecture.
const (
	sysFinitModule = 313
	sysSetns       = 308
	sysSeccomp     = 317
	sysBPF         = 321
)
