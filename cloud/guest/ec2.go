package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	dmiRoot = "/sys/class/dmi/id"

	// userDataVersion is that of the reference that i2kit writes as user data.
	userDataVersion = 1

	// ec2TagsPeriod is between two looks at the instance's tags; the service answers 1,024 packets a second.
	ec2TagsPeriod = time.Second

	// ec2Patience is how long a role or an object that was just made may take to be seen (eventual consistency).
	ec2Patience = 5 * time.Minute

	// clockTolerance is how wrong the clock may be before it is set: signatures and certificates depend on it.
	clockTolerance = time.Minute

	terminatingTag = "i2kit.io/terminating"
)

// onEC2 tells by the firmware's tables (EC2 User Guide, "Identify EC2 Linux instances") whether this is an EC2 instance.
func onEC2(dmi string) bool {
	for _, name := range []string{"sys_vendor", "board_vendor", "bios_vendor"} {
		text, err := os.ReadFile(filepath.Join(dmi, name))
		if err == nil && strings.TrimSpace(string(text)) == "Amazon EC2" {
			return true
		}
	}
	return false
}

// ec2UserData says where the machine's metadata is. It holds no secret: whoever may see launch templates can read it.
type ec2UserData struct {
	Version  int    `json:"i2kit"`
	Region   string `json:"region"`
	Bucket   string `json:"bucket"`
	Key      string `json:"key"`
	Endpoint string `json:"endpoint"`
	// ContainersUseRole opens the instance metadata service, and with it the instance's role, to the containers.
	ContainersUseRole bool `json:"containersUseRole"`
}

func parseUserData(text []byte) (*ec2UserData, error) {
	u := &ec2UserData{}
	if err := json.Unmarshal(text, u); err != nil {
		return nil, fmt.Errorf("user data is not valid JSON: %w", err)
	}
	if u.Version != userDataVersion {
		return nil, fmt.Errorf("user data has version %d, this guest understands %d", u.Version, userDataVersion)
	}
	if u.Region == "" || u.Bucket == "" || u.Key == "" {
		return nil, fmt.Errorf("user data lacks region, bucket or key")
	}
	return u, nil
}

// ec2 is the cloud as an instance of EC2 sees it.
type ec2 struct {
	imds     *imds
	s3       *s3Reader
	patience time.Duration
	pause    time.Duration
	setClock func(time.Time) error

	seen     Lifecycle
	sequence int64
}

func newEC2(gate *metadataGate) *ec2 {
	return &ec2{
		imds: newIMDS(imdsAddress, gate.control), s3: newS3Reader(), patience: ec2Patience, pause: time.Second,
		setClock: func(t time.Time) error {
			now := syscall.NsecToTimeval(t.UnixNano())
			return syscall.Settimeofday(&now)
		},
	}
}

// document gives the metadata document: the instance's part from the metadata service, the launch's from S3. It tries again
// until its patience ends.
func (e *ec2) document(lease dhcpLease, card net.Interface) (*Document, *ec2UserData, error) {
	deadline := time.Now().Add(e.patience)
	last := ""
	for {
		document, userData, err := e.tryDocument(lease, card)
		if err == nil || time.Now().After(deadline) {
			return document, userData, err
		}
		if err.Error() != last {
			last = err.Error()
			consolef("metadata: %v; trying again", err)
		}
		time.Sleep(e.pause)
	}
}

func (e *ec2) tryDocument(lease dhcpLease, card net.Interface) (*Document, *ec2UserData, error) {
	if err := e.correctClock(); err != nil {
		return nil, nil, err
	}
	text, err := e.imds.get("user-data")
	if err != nil {
		return nil, nil, err
	}
	userData, err := parseUserData(text)
	if err != nil {
		return nil, nil, err
	}
	credentials, err := e.imds.roleCredentials()
	if err != nil {
		return nil, nil, err
	}
	domain, err := e.imds.text("meta-data/services/domain")
	if err != nil {
		return nil, nil, err
	}
	launch, err := e.s3.get(userData, domain, credentials, time.Now())
	if err != nil {
		return nil, nil, err
	}
	instance, err := e.instance(lease, card)
	if err != nil {
		return nil, nil, err
	}
	whole, err := json.Marshal(map[string]interface{}{"instance": instance, "launch": json.RawMessage(launch)})
	if err != nil {
		return nil, nil, fmt.Errorf("metadata is not valid JSON: %w", err)
	}
	document, err := parseDocument(whole)
	return document, userData, err
}

// correctClock sets a clock that is far off by the metadata service's: firmware may not know the time.
func (e *ec2) correctClock() error {
	there, err := e.imds.time()
	if err != nil {
		return err
	}
	if off := time.Since(there); off > clockTolerance || off < -clockTolerance {
		consolef("clock is off by %s, set", off.Round(time.Second))
		return e.setClock(there)
	}
	return nil
}

func (e *ec2) instance(lease dhcpLease, card net.Interface) (*InstanceMetadata, error) {
	values := map[string]string{}
	for _, path := range []string{"instance-id", "placement/availability-zone", "instance-type", "local-ipv4"} {
		value, err := e.imds.text("meta-data/" + path)
		if err != nil {
			return nil, err
		}
		values[path] = value
	}
	var servers []string
	for _, ip := range lease.nameservers {
		servers = append(servers, ip.String())
	}
	return &InstanceMetadata{
		ID: values["instance-id"], Zone: values["placement/availability-zone"], MachineType: values["instance-type"],
		HostAddress: values["local-ipv4"], Nameservers: servers,
		Interfaces: []NetworkInterface{{
			MAC: card.HardwareAddr.String(), Address: lease.cidr(), Gateway: lease.gateway.String(), MTU: lease.mtu}},
	}, nil
}

func (e *ec2) period() time.Duration { return ec2TagsPeriod }

// read numbers what the tags say, as the embedded cloud does with each change.
func (e *ec2) read() (Lifecycle, error) {
	l, err := e.lifecycle()
	if err != nil {
		return l, err
	}
	if e.sequence == 0 || !reflect.DeepEqual(l, e.seen) {
		e.seen = l
		e.sequence++
	}
	l.Sequence = e.sequence
	return l, nil
}

// lifecycle reads the instance's tags. The metadata service allows no slash in a tag's key: i2kit.io/pod is i2kit.io:pod there.
func (e *ec2) lifecycle() (Lifecycle, error) {
	l := Lifecycle{GraceSeconds: -1, Tags: map[string]string{}}
	keys, err := e.imds.text("meta-data/tags/instance")
	if isMissing(err) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	for _, key := range strings.Split(keys, "\n") {
		name := strings.ReplaceAll(strings.TrimSpace(key), ":", "/")
		if name != podTag && name != podUIDTag && name != terminatingTag {
			continue
		}
		value, err := e.imds.text("meta-data/tags/instance/" + strings.TrimSpace(key))
		if err != nil && !isMissing(err) {
			return l, err
		}
		if err == nil {
			l.Tags[name] = value
		}
	}
	if seconds, told := l.Tags[terminatingTag]; told {
		l.Terminating = true
		if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
			l.GraceSeconds = n
		}
	}
	return l, nil
}
