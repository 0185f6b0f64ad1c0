package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"
)

// dhcpAnswer builds what a server sends.
func dhcpAnswer(transaction uint32, kind byte, options ...byte) []byte {
	m := make([]byte, dhcpFixed)
	m[0] = 2
	binary.BigEndian.PutUint32(m[4:], transaction)
	copy(m[16:], []byte{10, 0, 0, 5})
	m = binary.BigEndian.AppendUint32(m, dhcpCookie)
	m = append(m, optionKind, 1, kind)
	return append(append(m, options...), optionEnd)
}

func TestLeaseIsReadFromTheAnswer(t *testing.T) {
	answer := dhcpAnswer(7, dhcpAck,
		0, optionMask, 4, 255, 255, 240, 0, optionRouter, 8, 10, 0, 0, 1, 10, 0, 0, 9, optionDNS, 8, 10, 0, 0, 2, 10, 0, 0, 3,
		optionMTU, 2, 0x23, 0x29, optionServer, 4, 10, 0, 0, 1, 15, 3, 'a', '.', 'b')
	kind, lease, ok := parseDHCP(answer, 7)
	if !ok || kind != dhcpAck || !lease.usable() {
		t.Fatalf("%d, %+v, %v", kind, lease, ok)
	}
	if lease.cidr() != "10.0.0.5/20" || lease.gateway.String() != "10.0.0.1" || lease.mtu != 9001 || len(lease.nameservers) != 2 ||
		lease.server.String() != "10.0.0.1" {
		t.Errorf("%+v", lease)
	}
}

func TestOtherMessagesAreNotTaken(t *testing.T) {
	good := dhcpAnswer(7, dhcpOffer, optionMask, 4, 255, 0, 0, 0)
	for name, m := range map[string][]byte{
		"another transaction": dhcpAnswer(8, dhcpOffer),
		"a request":           append([]byte{1}, good[1:]...),
		"short":               good[:100],
		"an option cut off":   good[:len(good)-3],
		"nothing":             nil,
	} {
		if _, _, ok := parseDHCP(m, 7); ok {
			t.Errorf("%s was taken", name)
		}
	}
	if _, lease, _ := parseDHCP(good, 7); lease.usable() {
		t.Error("a lease without a gateway is of no use")
	}
}

func TestRequestsAreWholePackets(t *testing.T) {
	offer := &dhcpLease{address: net.IPv4(10, 0, 0, 5), server: net.IPv4(10, 0, 0, 1)}
	message := dhcpMessage(dhcpRequest, 9, net.HardwareAddr{2, 0, 0, 0, 0, 1}, offer)
	packet := broadcastPacket(message)
	if len(packet) != 20+8+300 || internetChecksum(packet[:20]) != 0 || int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
		t.Errorf("%d bytes, header %x", len(packet), packet[:20])
	}
	if !bytes.Contains(message, []byte{optionAddress, 4, 10, 0, 0, 5, optionServer, 4, 10, 0, 0, 1}) {
		t.Errorf("%x", message[dhcpFixed:])
	}
	// Turned around, it is for the client.
	binary.BigEndian.PutUint16(packet[22:], dhcpClientPort)
	if !bytes.Equal(udpPayload(packet), message) {
		t.Error("the message is not found in the packet")
	}
	packet[9] = 6
	if udpPayload(packet) != nil {
		t.Error("TCP is no DHCP")
	}
}
