package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

var (
	consoleLock   sync.Mutex
	consoleTarget = os.Stdout
	processStart  = time.Now()
)

// consolef writes one line for people to the machine's console.
func consolef(format string, args ...interface{}) {
	consoleLock.Lock()
	defer consoleLock.Unlock()
	fmt.Fprintf(consoleTarget, "i2kit[%7.3f] %s\n", time.Since(processStart).Seconds(), fmt.Sprintf(format, args...))
}
