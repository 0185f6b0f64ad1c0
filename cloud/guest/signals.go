package main

import (
	"strconv"
	"strings"
	"syscall"
)

const stopSignalAnnotation = "org.opencontainers.image.stopSignal"

var signalNames = map[string]syscall.Signal{
	"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ILL": syscall.SIGILL, "TRAP": syscall.SIGTRAP,
	"ABRT": syscall.SIGABRT, "BUS": syscall.SIGBUS, "FPE": syscall.SIGFPE, "KILL": syscall.SIGKILL, "USR1": syscall.SIGUSR1,
	"SEGV": syscall.SIGSEGV, "USR2": syscall.SIGUSR2, "PIPE": syscall.SIGPIPE, "ALRM": syscall.SIGALRM, "TERM": syscall.SIGTERM,
	"CHLD": syscall.SIGCHLD, "CONT": syscall.SIGCONT, "STOP": syscall.SIGSTOP, "TSTP": syscall.SIGTSTP, "TTIN": syscall.SIGTTIN,
	"TTOU": syscall.SIGTTOU, "URG": syscall.SIGURG, "XCPU": syscall.SIGXCPU, "XFSZ": syscall.SIGXFSZ, "VTALRM": syscall.SIGVTALRM,
	"PROF": syscall.SIGPROF, "WINCH": syscall.SIGWINCH, "IO": syscall.SIGIO, "PWR": syscall.SIGPWR, "SYS": syscall.SIGSYS,
}

const firstRealTimeSignal, lastSignal = 34, 64

// parseSignal reads a stop signal as images write it: SIGQUIT, QUIT, 3, SIGRTMIN+3.
func parseSignal(text string) (int, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, n > 0 && n <= lastSignal
	}
	name := strings.TrimPrefix(strings.ToUpper(text), "SIG")
	if s, ok := signalNames[name]; ok {
		return int(s), true
	}
	if strings.HasPrefix(name, "RTMIN") {
		n, err := strconv.Atoi("0" + strings.TrimPrefix(name, "RTMIN"))
		if rest := strings.TrimPrefix(name, "RTMIN+"); rest != name {
			n, err = strconv.Atoi(rest)
		}
		return firstRealTimeSignal + n, err == nil && firstRealTimeSignal+n <= lastSignal
	}
	return 0, false
}

// stopSignal is the image's, which the builder leaves as an annotation, else SIGTERM.
func stopSignal(spec ociSpec) int {
	annotations, _ := spec["annotations"].(map[string]interface{})
	if text, ok := annotations[stopSignalAnnotation].(string); ok {
		if n, ok := parseSignal(text); ok {
			return n
		}
	}
	return int(syscall.SIGTERM)
}
