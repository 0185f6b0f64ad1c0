package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloudStandIn answers as the instance metadata service (version 2 only) and as S3.
type cloudStandIn struct {
	t      *testing.T
	server *httptest.Server

	mu      sync.Mutex
	values  map[string]string
	objects map[string]string
	token   int
	date    time.Time
	// refusals is how many requests for objects are refused first, as while a role is not seen everywhere.
	refusals int
}

func newCloudStandIn(t *testing.T) *cloudStandIn {
	c := &cloudStandIn{t: t, token: 1, values: map[string]string{
		"meta-data/instance-id":                       "i-0a1b2c3d4e5f67890",
		"meta-data/placement/availability-zone":       "eu-central-1b",
		"meta-data/instance-type":                     "t3.nano",
		"meta-data/local-ipv4":                        "10.1.2.3",
		"meta-data/services/domain":                   "amazonaws.com",
		"meta-data/iam/security-credentials/":         "machines",
		"meta-data/iam/security-credentials/machines": `{"Code":"Success","AccessKeyId":"AK","SecretAccessKey":"SK","Token":"ST"}`,
		"meta-data/tags/instance":                     "Name\ni2kit.io:pod\ni2kit.io:pod-uid",
		"meta-data/tags/instance/i2kit.io:pod":        "default/web-abcde",
		"meta-data/tags/instance/i2kit.io:pod-uid":    "u-1",
	}, objects: map[string]string{}}
	c.server = httptest.NewServer(http.HandlerFunc(c.answer))
	t.Cleanup(c.server.Close)
	c.values["user-data"] = fmt.Sprintf(`{"i2kit":1,"region":"eu-central-1","bucket":"b","key":"c/metadata/web 1.json","endpoint":%q}`, c.server.URL)
	c.objects["/b/c/metadata/web 1.json"] = `{"version":1,"namespace":"default","owner":{"kind":"ReplicaSet","name":"web"},"containers":[{"name":"web"}]}`
	return c
}

func (c *cloudStandIn) answer(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.date.IsZero() {
		w.Header().Set("Date", c.date.UTC().Format(http.TimeFormat))
	}
	imds := strings.HasPrefix(r.URL.Path, "/latest/")
	path := strings.TrimPrefix(r.URL.Path, "/latest/")
	switch {
	case !imds:
		c.answerS3(w, r)
	case path == "api/token":
		if r.Method != http.MethodPut || r.Header.Get("X-aws-ec2-metadata-token-ttl-seconds") == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "token-%d", c.token)
	case r.Header.Get("X-aws-ec2-metadata-token") != fmt.Sprintf("token-%d", c.token):
		w.WriteHeader(http.StatusUnauthorized)
	default:
		value, found := c.values[path]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, value)
	}
}

func (c *cloudStandIn) answerS3(w http.ResponseWriter, r *http.Request) {
	stamp, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || !strings.HasPrefix(r.Header.Get("Authorization"),
		"AWS4-HMAC-SHA256 Credential=AK/"+stamp.Format("20060102")+"/eu-central-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,Signature=") ||
		r.Header.Get("X-Amz-Security-Token") != "ST" || c.refusals > 0 {
		c.refusals--
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>AccessDenied</Code></Error>")
		return
	}
	object, found := c.objects[r.URL.Path]
	if !found {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<Error><Code>NoSuchKey</Code></Error>")
		return
	}
	fmt.Fprint(w, object)
}

func (c *cloudStandIn) set(path, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[path] = value
}

// guest gives the guest's side, with little patience.
func (c *cloudStandIn) guest(patience time.Duration) *ec2 {
	return &ec2{imds: newIMDS(c.server.URL, nil), s3: newS3Reader(), patience: patience, pause: time.Millisecond,
		setClock: func(time.Time) error { c.t.Error("the clock was set"); return nil }}
}

var testLease = dhcpLease{address: net.IPv4(10, 1, 2, 3), mask: net.CIDRMask(20, 32), gateway: net.IPv4(10, 1, 0, 1),
	nameservers: []net.IP{net.IPv4(10, 1, 0, 2)}, mtu: 9001}

var testCard = net.Interface{Name: "eth0", HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 1}}

func TestDocumentComesFromTheInstanceAndTheObject(t *testing.T) {
	c := newCloudStandIn(t)
	document, userData, err := c.guest(0).document(testLease, testCard)
	if err != nil {
		t.Fatal(err)
	}
	if userData.ContainersUseRole {
		t.Error("containers must not use the role unless they are told to")
	}
	instance, _ := json.Marshal(document.Instance)
	want := `{"id":"i-0a1b2c3d4e5f67890","zone":"eu-central-1b","machineType":"t3.nano","hostAddress":"10.1.2.3",` +
		`"interfaces":[{"mac":"02:00:00:00:00:01","address":"10.1.2.3/20","gateway":"10.1.0.1","mtu":9001}],"nameservers":["10.1.0.2"]}`
	if string(instance) != want {
		t.Errorf("instance is\n%s, want\n%s", instance, want)
	}
	if document.Launch.Namespace != "default" || document.Launch.Owner.Name != "web" {
		t.Errorf("launch is %+v", document.Launch)
	}
}

func TestWhatIsNotThereYetIsWaitedFor(t *testing.T) {
	c := newCloudStandIn(t)
	c.refusals = 3
	if _, _, err := c.guest(time.Minute).document(testLease, testCard); err != nil {
		t.Fatal(err)
	}
	c.set("user-data", `{"i2kit":1,"region":"r","bucket":"b","key":"gone","endpoint":"`+c.server.URL+`"}`)
	c.refusals = 0
	_, _, err := c.guest(0).document(testLease, testCard)
	if err == nil || !strings.Contains(err.Error(), "object gone of bucket b: 403") {
		t.Errorf("another region's signature: %v", err)
	}
}

func TestErrorsSayWhatIsMissing(t *testing.T) {
	for name, change := range map[string]struct{ path, value, want string }{
		"no JSON":     {"user-data", "#!/bin/sh", "user data is not valid JSON"},
		"version":     {"user-data", `{"i2kit":2}`, "user data has version 2, this guest understands 1"},
		"no bucket":   {"user-data", `{"i2kit":1,"region":"r"}`, "user data lacks region, bucket or key"},
		"credentials": {"meta-data/iam/security-credentials/machines", `{"Code":"AssumeRoleUnauthorizedAccess"}`, "credentials of role machines: AssumeRole"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloudStandIn(t)
			c.set(change.path, change.value)
			_, _, err := c.guest(0).document(testLease, testCard)
			if err == nil || !strings.Contains(err.Error(), change.want) {
				t.Errorf("error is %v, want %s", err, change.want)
			}
		})
	}
	c := newCloudStandIn(t)
	delete(c.values, "meta-data/iam/security-credentials/")
	if _, _, err := c.guest(0).document(testLease, testCard); err == nil || !strings.Contains(err.Error(), "has no role") {
		t.Errorf("without a role: %v", err)
	}
}

func TestTokenIsRenewedWhenTheServiceForgetsIt(t *testing.T) {
	c := newCloudStandIn(t)
	guest := c.guest(0)
	if _, err := guest.imds.text("meta-data/instance-id"); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.token = 2
	c.mu.Unlock()
	if id, err := guest.imds.text("meta-data/instance-id"); err != nil || id != "i-0a1b2c3d4e5f67890" {
		t.Errorf("%q, %v", id, err)
	}
	if _, err := guest.imds.text("meta-data/none"); !isMissing(err) {
		t.Errorf("missing path: %v", err)
	}
}

func TestClockIsSetOnlyWhenItIsFarOff(t *testing.T) {
	c := newCloudStandIn(t)
	if err := c.guest(0).correctClock(); err != nil {
		t.Fatal(err)
	}
	c.date = time.Now().Add(-3 * time.Hour)
	guest := c.guest(0)
	var set time.Time
	guest.setClock = func(to time.Time) error { set = to; return nil }
	if err := guest.correctClock(); err != nil || set.Unix() != c.date.Unix() {
		t.Errorf("clock set to %v, want %v (%v)", set, c.date, err)
	}
}

func TestLifecycleFollowsTheTags(t *testing.T) {
	c := newCloudStandIn(t)
	guest := c.guest(0)
	first, err := guest.read()
	if err != nil || first.Sequence != 1 || first.Tags[podTag] != "default/web-abcde" || first.Tags[podUIDTag] != "u-1" || first.Terminating {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, _ := guest.read(); again.Sequence != 1 {
		t.Errorf("nothing changed, and the sequence is %d", again.Sequence)
	}
	c.set("meta-data/tags/instance", "i2kit.io:pod\ni2kit.io:terminating")
	c.set("meta-data/tags/instance/i2kit.io:terminating", "7")
	if last, _ := guest.read(); !last.Terminating || last.GraceSeconds != 7 || last.Sequence != 2 {
		t.Errorf("%+v", last)
	}
	delete(c.values, "meta-data/tags/instance")
	if none, err := guest.read(); err != nil || len(none.Tags) != 0 || none.Terminating {
		t.Errorf("without tags: %+v, %v", none, err)
	}
}

func TestOnEC2ByTheFirmware(t *testing.T) {
	dmi := t.TempDir()
	if onEC2(dmi) || onEC2(filepath.Join(dmi, "none")) {
		t.Error("no vendor is no EC2")
	}
	for name, vendor := range map[string]string{"sys_vendor": "QEMU\n", "bios_vendor": "EFI Development Kit II / OVMF\n"} {
		if err := os.WriteFile(filepath.Join(dmi, name), []byte(vendor), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if onEC2(dmi) {
		t.Error("QEMU is no EC2")
	}
	if err := os.WriteFile(filepath.Join(dmi, "sys_vendor"), []byte("Amazon EC2\n"), 0o600); err != nil || !onEC2(dmi) {
		t.Error("Amazon EC2 is")
	}
}

// The example of "Authenticating Requests: Using the Authorization Header" in the S3 API reference.
func TestSignatureIsThatOfTheReference(t *testing.T) {
	request, _ := http.NewRequest(http.MethodGet, "https://examplebucket.s3.amazonaws.com/test.txt", nil)
	request.Header.Set("Range", "bytes=0-9")
	signRequest(request, "us-east-1", &awsCredentials{
		AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
		time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC))
	want := "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
	if got := request.Header.Get("Authorization"); !strings.HasSuffix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestObjectAddresses(t *testing.T) {
	for want, at := range map[string]ec2UserData{
		"https://b.s3.eu-west-1.amazonaws.com/c/x%20%2B.json": {Region: "eu-west-1", Bucket: "b", Key: "c/x +.json"},
		"https://s3.eu-west-1.amazonaws.com/my.bucket/k":      {Region: "eu-west-1", Bucket: "my.bucket", Key: "k"},
		"http://169.254.0.2:9000/b/k":                         {Region: "r", Bucket: "b", Key: "k", Endpoint: "http://169.254.0.2:9000/"},
	} {
		at := at
		if got := objectURL(&at, "amazonaws.com"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
