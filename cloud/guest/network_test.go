package main

import (
	"encoding/binary"
	"net"
	"syscall"
	"testing"
)

func TestNetlinkMessages(t *testing.T) {
	for name, c := range map[string]struct {
		message    *netlinkMessage
		kind       uint16
		fixed      int
		attributes map[uint16]string
	}{
		"link": {linkUp(7, 1400), syscall.RTM_NEWLINK, syscall.SizeofIfInfomsg, map[uint16]string{syscall.IFLA_MTU: "\x78\x05\x00\x00"}},
		"address": {addAddress(7, net.ParseIP("10.244.0.5"), 16), syscall.RTM_NEWADDR, syscall.SizeofIfAddrmsg,
			map[uint16]string{syscall.IFA_LOCAL: "\x0a\xf4\x00\x05", syscall.IFA_ADDRESS: "\x0a\xf4\x00\x05"}},
		"route": {addDefaultRoute(7, net.ParseIP("10.244.0.1")), syscall.RTM_NEWROUTE, syscall.SizeofRtMsg,
			map[uint16]string{syscall.RTA_GATEWAY: "\x0a\xf4\x00\x01", syscall.RTA_OIF: "\x07\x00\x00\x00"}},
	} {
		parsed, err := syscall.ParseNetlinkMessage(c.message.encode(9))
		if err != nil || len(parsed) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		m := parsed[0]
		if m.Header.Type != c.kind || m.Header.Seq != 9 || m.Header.Flags&syscall.NLM_F_ACK == 0 {
			t.Errorf("%s: got %+v", name, m.Header)
		}
		got := attributesOf(t, m.Data[c.fixed:])
		for kind, want := range c.attributes {
			if got[kind] != want {
				t.Errorf("%s: attribute %d is %q, want %q", name, kind, got[kind], want)
			}
		}
	}
}

func attributesOf(t *testing.T, data []byte) map[uint16]string {
	t.Helper()
	all := map[uint16]string{}
	for len(data) >= syscall.SizeofRtAttr {
		length := int(binary.LittleEndian.Uint16(data))
		if length < syscall.SizeofRtAttr || length > len(data) {
			t.Fatalf("attribute of %d bytes in %d", length, len(data))
		}
		all[binary.LittleEndian.Uint16(data[2:])] = string(data[syscall.SizeofRtAttr:length])
		data = data[(length+3)&^3:]
	}
	return all
}

func TestAddressFamilies(t *testing.T) {
	if family, raw := familyOf(net.ParseIP("fd00::5")); family != syscall.AF_INET6 || len(raw) != 16 {
		t.Errorf("got %d, %v", family, raw)
	}
	if family, raw := familyOf(net.ParseIP("10.0.0.1")); family != syscall.AF_INET || len(raw) != 4 {
		t.Errorf("got %d, %v", family, raw)
	}
}

func TestAcknowledgement(t *testing.T) {
	answer := func(code int32) []byte {
		b := make([]byte, syscall.SizeofNlMsghdr+4)
		binary.LittleEndian.PutUint32(b, uint32(len(b)))
		binary.LittleEndian.PutUint16(b[4:], syscall.NLMSG_ERROR)
		binary.LittleEndian.PutUint32(b[syscall.SizeofNlMsghdr:], uint32(code))
		return b
	}
	if err := acknowledgement(answer(0)); err != nil {
		t.Errorf("got %v", err)
	}
	if err := acknowledgement(answer(-int32(syscall.EEXIST))); err != syscall.EEXIST {
		t.Errorf("got %v", err)
	}
}

func TestConfigureInterfaceNamesWhatIsWrong(t *testing.T) {
	present := []net.Interface{{Index: 3, HardwareAddr: net.HardwareAddr{0x52, 0x54, 0, 0, 0, 1}}}
	err := configureInterface(nil, NetworkInterface{MAC: "52:54:00:00:00:02"}, present)
	if err == nil || err.Error() != "the machine has no network card with this hardware address" {
		t.Errorf("got %v", err)
	}
	if err := configureInterface(nil, NetworkInterface{MAC: "52:54:00:00:00:01", Address: "10.0.0.5"}, present); err == nil {
		t.Error("an address without a prefix length must be an error")
	}
}
