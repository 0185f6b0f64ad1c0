package main

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"syscall"
	"time"
)

// A DHCP client (RFC 2131) for the one lease that a machine needs. The lease is not renewed: an address of EC2 belongs to the
// network card for the instance's whole life.

const (
	dhcpServerPort = 67
	dhcpClientPort = 68
	dhcpFixed      = 236
	dhcpCookie     = 0x63825363

	dhcpDiscover = 1
	dhcpOffer    = 2
	dhcpRequest  = 3
	dhcpAck      = 5

	optionMask      = 1
	optionRouter    = 3
	optionDNS       = 6
	optionMTU       = 26
	optionAddress   = 50
	optionKind      = 53
	optionServer    = 54
	optionWanted    = 55
	optionEnd       = 255
	ipv4HeaderBytes = 20
	udpHeaderBytes  = 8

	dhcpTries = 10
	dhcpWait  = 2 * time.Second
)

// dhcpLease is what the server gave.
type dhcpLease struct {
	address     net.IP
	mask        net.IPMask
	gateway     net.IP
	nameservers []net.IP
	mtu         int
	server      net.IP
}

func (l dhcpLease) cidr() string {
	return (&net.IPNet{IP: l.address, Mask: l.mask}).String()
}

// dhcpMessage builds a request: BOOTP's fixed part, then options.
func dhcpMessage(kind byte, transaction uint32, hardware net.HardwareAddr, offer *dhcpLease) []byte {
	m := make([]byte, dhcpFixed, 300)
	m[0], m[1], m[2] = 1, 1, 6
	binary.BigEndian.PutUint32(m[4:], transaction)
	copy(m[28:], hardware)
	m = binary.BigEndian.AppendUint32(m, dhcpCookie)
	m = append(m, optionKind, 1, kind)
	if offer != nil {
		m = append(append(m, optionAddress, 4), offer.address.To4()...)
		m = append(append(m, optionServer, 4), offer.server.To4()...)
	}
	m = append(m, optionWanted, 4, optionMask, optionRouter, optionDNS, optionMTU, optionEnd)
	// BOOTP's smallest message, which some relays insist on.
	return append(m, make([]byte, 300-len(m))...)
}

// parseDHCP reads a server's answer to a transaction; false when the message is anything else.
func parseDHCP(m []byte, transaction uint32) (kind byte, lease dhcpLease, ok bool) {
	if len(m) < dhcpFixed+4 || m[0] != 2 || binary.BigEndian.Uint32(m[4:]) != transaction ||
		binary.BigEndian.Uint32(m[dhcpFixed:]) != dhcpCookie {
		return 0, lease, false
	}
	lease.address = net.IP(append([]byte{}, m[16:20]...))
	for rest := m[dhcpFixed+4:]; len(rest) > 0 && rest[0] != optionEnd; {
		if rest[0] == 0 {
			rest = rest[1:]
			continue
		}
		if len(rest) < 2 || len(rest) < 2+int(rest[1]) {
			return 0, lease, false
		}
		value := append([]byte{}, rest[2:2+int(rest[1])]...)
		switch {
		case rest[0] == optionKind && len(value) == 1:
			kind = value[0]
		case rest[0] == optionMTU && len(value) == 2:
			lease.mtu = int(binary.BigEndian.Uint16(value))
		case len(value) >= 4:
			lease.take(rest[0], value)
		}
		rest = rest[2+len(value):]
	}
	return kind, lease, kind != 0
}

func (l *dhcpLease) take(option byte, value []byte) {
	switch option {
	case optionMask:
		l.mask = net.IPMask(value[:4])
	case optionRouter:
		l.gateway = net.IP(value[:4])
	case optionServer:
		l.server = net.IP(value[:4])
	case optionDNS:
		for ; len(value) >= 4; value = value[4:] {
			l.nameservers = append(l.nameservers, net.IP(value[:4]))
		}
	}
}

// broadcastPacket wraps a message for a client that has no address yet: IPv4 and UDP, from 0.0.0.0 to everyone. UDP's own
// checksum is left out, as RFC 768 allows.
func broadcastPacket(message []byte) []byte {
	var p bytes.Buffer
	total := uint16(ipv4HeaderBytes + udpHeaderBytes + len(message))
	header := make([]byte, ipv4HeaderBytes)
	header[0], header[8], header[9] = 0x45, 64, syscall.IPPROTO_UDP
	binary.BigEndian.PutUint16(header[2:], total)
	copy(header[16:], net.IPv4bcast.To4())
	binary.BigEndian.PutUint16(header[10:], internetChecksum(header))
	p.Write(header)
	for _, field := range []uint16{dhcpClientPort, dhcpServerPort, uint16(udpHeaderBytes + len(message)), 0} {
		_ = binary.Write(&p, binary.BigEndian, field)
	}
	p.Write(message)
	return p.Bytes()
}

func internetChecksum(header []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(header); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(header[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// udpPayload takes the message out of a packet to the client's port; nil when the packet is another.
func udpPayload(packet []byte) []byte {
	if len(packet) < ipv4HeaderBytes || packet[0]>>4 != 4 || packet[9] != syscall.IPPROTO_UDP {
		return nil
	}
	start := int(packet[0]&15) * 4
	if len(packet) < start+udpHeaderBytes || binary.BigEndian.Uint16(packet[start+2:]) != dhcpClientPort {
		return nil
	}
	return packet[start+udpHeaderBytes:]
}

// acquireLease asks on a network card that is up, below IP: the card has no address yet, and answers may be addressed to the one
// that it will have.
func acquireLease(card net.Interface) (dhcpLease, error) {
	protocol := uint16(syscall.ETH_P_IP>>8 | syscall.ETH_P_IP<<8&0xff00)
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, int(protocol))
	if err != nil {
		return dhcpLease{}, fmt.Errorf("packet socket: %w", err)
	}
	defer syscall.Close(fd)
	here := &syscall.SockaddrLinklayer{Protocol: protocol, Ifindex: card.Index}
	if err := syscall.Bind(fd, here); err != nil {
		return dhcpLease{}, fmt.Errorf("packet socket: %w", err)
	}
	wait := syscall.NsecToTimeval(int64(dhcpWait))
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &wait); err != nil {
		return dhcpLease{}, err
	}
	everyone := &syscall.SockaddrLinklayer{Protocol: protocol, Ifindex: card.Index, Halen: 6}
	for i := 0; i < 6; i++ {
		everyone.Addr[i] = 0xff
	}
	exchange := func(kind byte, transaction uint32, offer *dhcpLease) (byte, dhcpLease, error) {
		packet := broadcastPacket(dhcpMessage(kind, transaction, card.HardwareAddr, offer))
		if err := syscall.Sendto(fd, packet, 0, everyone); err != nil {
			return 0, dhcpLease{}, err
		}
		return awaitDHCP(fd, transaction, time.Now().Add(dhcpWait))
	}
	for try := 0; try < dhcpTries; try++ {
		transaction := randomTransaction()
		kind, offer, err := exchange(dhcpDiscover, transaction, nil)
		if err != nil || kind != dhcpOffer {
			continue
		}
		kind, lease, err := exchange(dhcpRequest, transaction, &offer)
		if err == nil && kind == dhcpAck && lease.usable() {
			return lease, nil
		}
	}
	return dhcpLease{}, fmt.Errorf("no DHCP server gave an address in %s", dhcpTries*dhcpWait)
}

func (l dhcpLease) usable() bool {
	return l.address.To4() != nil && len(l.mask) == 4 && l.gateway != nil
}

func randomTransaction() uint32 {
	b := make([]byte, 4)
	_, _ = rand.Read(b)
	return binary.BigEndian.Uint32(b)
}

func awaitDHCP(fd int, transaction uint32, deadline time.Time) (byte, dhcpLease, error) {
	buffer := make([]byte, 2048)
	for time.Now().Before(deadline) {
		n, _, err := syscall.Recvfrom(fd, buffer, 0)
		if err != nil {
			return 0, dhcpLease{}, err
		}
		if kind, lease, ok := parseDHCP(udpPayload(buffer[:n]), transaction); ok {
			return kind, lease, nil
		}
	}
	return 0, dhcpLease{}, syscall.EAGAIN
}

// firstCard gives the network card with the lowest index that is no loopback; on EC2 that is the primary one.
func firstCard() (net.Interface, error) {
	deadline := time.Now().Add(diskPatience)
	for {
		present, err := net.Interfaces()
		if err != nil {
			return net.Interface{}, err
		}
		for _, i := range present {
			if i.Flags&net.FlagLoopback == 0 && len(i.HardwareAddr) == 6 {
				return i, nil
			}
		}
		if time.Now().After(deadline) {
			return net.Interface{}, fmt.Errorf("the machine has no network card")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// networkByDHCP brings up the loopback and the first card, and gives the card the address that it is told.
func networkByDHCP() (dhcpLease, net.Interface, error) {
	if err := configureNetwork(nil); err != nil {
		return dhcpLease{}, net.Interface{}, err
	}
	card, err := firstCard()
	if err != nil {
		return dhcpLease{}, card, err
	}
	n, err := openNetlink()
	if err != nil {
		return dhcpLease{}, card, err
	}
	defer n.close()
	if err := n.do(linkUp(card.Index, 0)); err != nil {
		return dhcpLease{}, card, fmt.Errorf("up: %w", err)
	}
	lease, err := acquireLease(card)
	if err != nil {
		return lease, card, err
	}
	wanted := NetworkInterface{
		MAC: card.HardwareAddr.String(), Address: lease.cidr(), Gateway: lease.gateway.String(), MTU: lease.mtu}
	return lease, card, configureInterface(n, wanted, []net.Interface{card})
}
