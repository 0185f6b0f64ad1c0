package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	containersRoot = "/containers"
	stateRoot      = "/run/i2kit"
	// diskPatience is how long the cloud's disks may take to appear.
	diskPatience = 10 * time.Second
	// namePatience is how long containers wait for the Pod's name.
	namePatience = 10 * time.Second
	tagsPeriod   = 250 * time.Millisecond
	openFiles    = 1 << 20
)

// machine is the whole guest: it boots once, then lives until the cloud says that it terminates.
type machine struct {
	options  kernelOptions
	reaper   *reaper
	status   *statusStore
	document *Document
	id       *Identity
	tags     lifecycleSource
	named    chan struct{}
	nameOnce sync.Once
	pod      *pod

	mu          sync.Mutex
	terminating bool
	ended       chan struct{}
}

// lifecycleSource tells what may change while the machine runs.
type lifecycleSource interface {
	read() (Lifecycle, error)
	period() time.Duration
}

func newMachine() *machine {
	return &machine{status: newStatusStore(time.Now()), named: make(chan struct{}), ended: make(chan struct{})}
}

// boot sets the machine up. A step that fails is told on the console and in /status; what does not depend on it goes on.
func (m *machine) boot() {
	if err := leaveRootfs(); err != nil {
		m.status.fail("root file system: %v", err)
	}
	for _, err := range mountBase(baseMounts) {
		m.status.fail("%v", err)
	}
	consoleToDevice()
	// Containers inherit this; the kernel's own default is 4096 at most, container runtimes give 1048576.
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: openFiles, Max: openFiles}); err != nil {
		m.status.fail("limit of open files: %v", err)
	}
	text, _ := os.ReadFile("/proc/cmdline")
	m.options = parseKernelOptions(string(text))
	m.reaper = startReaper()
	modules, err := moduleList(modulesFile)
	if err != nil {
		m.status.fail("%v", err)
	}
	for _, path := range modules {
		if err := insertModule(path); err != nil {
			m.status.fail("%v", err)
		}
	}
	if err := m.learnFromCloud(); err != nil {
		m.status.fail("%v", err)
		return
	}
	consolef("instance %s, %s/%s", m.id.instance.ID, m.id.metadata.Namespace, m.id.metadata.Owner.Name)
	if err := serve(m); err != nil {
		m.status.fail("%v", err)
	}
	go m.runPod()
}

// consoleToDevice lets the console's lines reach /dev/console when the kernel could not open it for the first process.
func consoleToDevice() {
	f, err := os.OpenFile("/dev/console", os.O_WRONLY|syscall.O_NOCTTY, 0)
	if err == nil {
		consoleTarget = f
	}
}

// learnFromCloud brings up the network and reads the metadata, as the cloud that the machine runs on gives them.
func (m *machine) learnFromCloud() error {
	if onEC2(dmiRoot) {
		return m.learnFromEC2()
	}
	metadataErr := m.readMetadata()
	// Also a machine that cannot run anything ends when its cloud says so.
	if err := m.openTags(); err != nil {
		m.status.fail("tags: %v", err)
	} else {
		go m.pollTags()
	}
	if metadataErr != nil {
		return metadataErr
	}
	if err := configureNetwork(m.document.Instance.Interfaces); err != nil {
		m.status.fail("network: %v", err)
	}
	return nil
}

// learnFromEC2 does it on EC2. Without the gate no container may start: it could take the instance's role.
func (m *machine) learnFromEC2() error {
	lease, card, err := networkByDHCP()
	if err != nil {
		return fmt.Errorf("network: %w", err)
	}
	consolef("address %s on %s", lease.cidr(), card.Name)
	gate, err := newMetadataGate()
	if err != nil {
		return err
	}
	cloud := newEC2(gate)
	m.tags = cloud
	go m.pollTags()
	document, userData, err := cloud.document(lease, card)
	if err != nil {
		return err
	}
	if !userData.ContainersUseRole {
		if err := gate.close(card, imdsIP); err != nil {
			return err
		}
	}
	m.assign(document)
	return nil
}

func (m *machine) readMetadata() error {
	disk, err := waitDisk(metadataSerial)
	if err != nil {
		return err
	}
	document, err := readDocument(disk)
	if err != nil {
		return err
	}
	m.assign(document)
	return nil
}

func (m *machine) assign(document *Document) {
	m.document = document
	id := &Identity{metadata: &document.Launch, instance: &document.Instance}
	m.mu.Lock()
	m.id = id
	m.mu.Unlock()
	m.status.assign(id)
}

func (m *machine) identity() *Identity {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.id
}

func (m *machine) openTags() error {
	disk, err := waitDisk(tagsSerial)
	if err != nil {
		return err
	}
	tags, err := openTags(disk)
	if err != nil {
		return err
	}
	m.tags = tags
	return nil
}

func waitDisk(serial string) (string, error) {
	deadline := time.Now().Add(diskPatience)
	for {
		path, err := findDisk("/sys/block", "/dev", serial)
		if err == nil || time.Now().After(deadline) {
			return path, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// pollTags follows the instance's tags: the Pod's name, and the order to terminate.
func (m *machine) pollTags() {
	seen, known := int64(0), false
	for ; ; time.Sleep(m.tags.period()) {
		l, err := m.tags.read()
		if err != nil || known && l.Sequence == seen {
			continue
		}
		id := m.identity()
		// What came before the metadata is read again.
		seen, known = l.Sequence, id != nil
		if id != nil && id.learn(l.Tags) {
			m.nameOnce.Do(func() { close(m.named) })
			m.status.touch()
		}
		if l.Terminating {
			go m.terminate(l.GraceSeconds)
		}
	}
}

// runPod waits for the Pod's name and runs its containers.
func (m *machine) runPod() {
	select {
	case <-m.named:
	case <-time.After(namePatience):
		m.id.decide()
		consolef("no Pod name after %s, going by %s", namePatience, m.id.name())
	}
	m.status.touch()
	if err := syscall.Sethostname([]byte(m.id.hostname())); err != nil {
		m.status.fail("hostname: %v", err)
	}
	if err := writeSysctls("/proc/sys", m.document.Launch.Sysctls); err != nil {
		m.status.fail("%v", err)
	}
	p := &pod{
		id: m.id, dir: stateRoot, bundles: containersRoot, options: m.options,
		runtime: newCrun(m.reaper, stateRoot), roots: overlayRoots{}, status: m.status, logDisk: m.openLogs(),
	}
	if err := p.prepare(m.document.Instance.Nameservers); err != nil {
		m.status.fail("%v", err)
		return
	}
	m.mu.Lock()
	if m.terminating {
		m.mu.Unlock()
		return
	}
	m.pod = p
	m.mu.Unlock()
	if err := p.run(); err != nil {
		m.status.fail("%v", err)
	}
}

// openLogs gives the disk for logs, or nil: without it they end with the machine, and nothing else is different.
func (m *machine) openLogs() *logDisk {
	path, err := findDisk("/sys/block", "/dev", logsSerial)
	if err != nil {
		return nil
	}
	var names []string
	for _, list := range [][]Container{m.id.metadata.InitContainers, m.id.metadata.Containers} {
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	disk, err := openLogDisk(path, names)
	if err != nil {
		consolef("log disk: %v", err)
		return nil
	}
	return disk
}

// terminate takes the machine out of its Services, ends its containers and switches it off. A negative number of seconds
// means the Pod's own grace period; a second call may shorten it.
func (m *machine) terminate(graceSeconds int64) {
	m.mu.Lock()
	first, p := !m.terminating, m.pod
	m.terminating = true
	m.mu.Unlock()
	m.status.update(func() { m.status.terminating = true })
	if p != nil {
		grace := time.Duration(graceSeconds) * time.Second
		if graceSeconds < 0 {
			grace = p.grace()
		}
		if first {
			consolef("terminating, grace period %s", grace)
		}
		p.stop(grace)
	}
	if first {
		close(m.ended)
	}
}

// serveLife waits for the end and switches the machine off. SIGTERM and SIGINT (Ctrl-Alt-Del) end the machine too.
func (m *machine) serveLife() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for range signals {
			go m.terminate(-1)
		}
	}()
	<-m.ended
	consolef("power off")
	syscall.Sync()
	if err := syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF); err != nil {
		consolef("power off: %v", err)
		_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_RESTART)
	}
	select {}
}

// machineUptime is the time since the kernel's start.
func machineUptime() time.Duration {
	text, _ := os.ReadFile("/proc/uptime")
	return parseUptime(string(text))
}

func parseUptime(text string) time.Duration {
	first, _, _ := strings.Cut(text, " ")
	s, err := strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err != nil {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

// podRunner gives a container's runner once the Pod runs, else nil.
func (m *machine) podRunner(name string) *runner {
	m.mu.Lock()
	p := m.pod
	m.mu.Unlock()
	if p == nil {
		return nil
	}
	return p.runnerOf(name)
}
