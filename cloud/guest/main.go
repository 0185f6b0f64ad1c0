// Command i2kit-guest is the first process of an i2kit machine: it sets the machine up from its metadata, runs the Pod's
// containers under crun, and answers for them as a kubelet does.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

// collectPercent keeps the heap near what is live: memory is worth more here than a little time for the collector.
const collectPercent = 25

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "i2kit-guest: must be the first process (init) of a machine")
		os.Exit(2)
	}
	// Threads are lent to containers and thrown away (startInside); the main thread must not be one of them, and no container
	// may trace one.
	runtime.LockOSThread()
	if errno := prctl(prSetDumpable, 0, 0); errno != 0 {
		consolef("protect memory: %v", errno)
	}
	debug.SetGCPercent(collectPercent)
	m := newMachine()
	m.boot()
	m.serveLife()
}
