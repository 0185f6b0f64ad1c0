package main

import (
	"encoding/binary"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// ownNetwork gives this test's thread a network of its own, whose loopback stands for the machine's card. The thread is never
// unlocked, so it ends with the test's goroutine, and the network with it.
func ownNetwork(t *testing.T) net.Interface {
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Skipf("needs root: %v", err)
	}
	if err := configureNetwork(nil); err != nil {
		t.Fatal(err)
	}
	// Frames that come from a packet socket are looked at as those of a stranger.
	for _, name := range []string{"accept_local", "route_localnet"} {
		if err := os.WriteFile("/proc/sys/net/ipv4/conf/lo/"+name, []byte("1"), 0); err != nil {
			t.Skipf("needs root: %v", err)
		}
	}
	loopback, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	return *loopback
}

var closedAddress, openAddress = net.IPv4(127, 0, 0, 2), net.IPv4(127, 0, 0, 3)

func TestGateLetsOnlyTheGuestsOwnSocketsThrough(t *testing.T) {
	loopback := ownNetwork(t)
	gate, err := newMetadataGate()
	if err != nil {
		t.Skipf("BPF is not open to this user: %v", err)
	}
	defer syscall.Close(gate.mapFD)
	service := listenAt(t, closedAddress)
	other := listenAt(t, openAddress)
	if err := dial(service, nil); err != nil {
		t.Errorf("before the gate is closed: %v", err)
	}
	if err := gate.close(loopback, closedAddress); err != nil {
		t.Fatal(err)
	}
	if err := dial(service, gate.control); err != nil {
		t.Errorf("the guest is kept out: %v", err)
	}
	if err := dial(service, nil); err == nil {
		t.Error("another socket reached the service")
	}
	if err := dial(other, nil); err != nil {
		t.Errorf("another address is kept from all: %v", err)
	}
	if !packetArrives(t, loopback, openAddress) || packetArrives(t, loopback, closedAddress) {
		t.Error("a packet socket must reach the other address and not the service")
	}
}

func listenAt(t *testing.T, ip net.IP) string {
	l, err := net.Listen("tcp4", net.JoinHostPort(ip.String(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func dial(address string, control func(string, string, syscall.RawConn) error) error {
	dialer := &net.Dialer{Timeout: 300 * time.Millisecond, Control: control}
	c, err := dialer.Dial("tcp4", address)
	if err == nil {
		c.Close()
	}
	return err
}

// packetArrives sends a whole frame past the machine's IP, as a container with CAP_NET_RAW can, and tells whether it is received.
func packetArrives(t *testing.T, card net.Interface, to net.IP) bool {
	receiver, err := net.ListenUDP("udp4", &net.UDPAddr{IP: to, Port: dhcpServerPort})
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	packet := broadcastPacket([]byte("hello"))
	copy(packet[12:], net.IPv4(127, 0, 0, 1).To4())
	copy(packet[16:], to.To4())
	packet[10], packet[11] = 0, 0
	binary.BigEndian.PutUint16(packet[10:], internetChecksum(packet[:ipv4HeaderBytes]))
	frame := append(append(make([]byte, 12), 0x08, 0x00), packet...)
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	_ = syscall.Sendto(fd, frame, 0, &syscall.SockaddrLinklayer{Ifindex: card.Index, Halen: 6})
	_ = receiver.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	n, _, err := receiver.ReadFromUDP(make([]byte, 100))
	return err == nil && n == 5
}
