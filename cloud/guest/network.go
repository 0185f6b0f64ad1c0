package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// netlinkMessage builds one rtnetlink request: header, fixed part, attributes (rtnetlink(7)).
type netlinkMessage struct {
	kind, flags uint16
	body        bytes.Buffer
}

func newNetlinkMessage(kind, flags uint16, fixed interface{}) *netlinkMessage {
	m := &netlinkMessage{kind: kind, flags: flags}
	_ = binary.Write(&m.body, binary.LittleEndian, fixed)
	return m
}

func (m *netlinkMessage) attribute(kind uint16, value []byte) {
	_ = binary.Write(&m.body, binary.LittleEndian, syscall.RtAttr{Len: uint16(len(value) + syscall.SizeofRtAttr), Type: kind})
	m.body.Write(value)
	m.body.Write(make([]byte, (4-len(value)%4)%4))
}

func (m *netlinkMessage) attribute32(kind uint16, value uint32) {
	b := make([]byte, 4)
	binary.LittleEndian.PutUint32(b, value)
	m.attribute(kind, b)
}

func (m *netlinkMessage) encode(sequence uint32) []byte {
	var out bytes.Buffer
	_ = binary.Write(&out, binary.LittleEndian, syscall.NlMsghdr{
		Len:   uint32(syscall.SizeofNlMsghdr + m.body.Len()),
		Type:  m.kind,
		Flags: m.flags | syscall.NLM_F_REQUEST | syscall.NLM_F_ACK,
		Seq:   sequence,
	})
	out.Write(m.body.Bytes())
	return out.Bytes()
}

// netlink is a route socket that waits for the kernel's acknowledgement of each request.
type netlink struct {
	fd       int
	sequence uint32
}

func openNetlink() (*netlink, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	return &netlink{fd: fd}, nil
}

func (n *netlink) close() { _ = syscall.Close(n.fd) }

func (n *netlink) do(m *netlinkMessage) error {
	n.sequence++
	if err := syscall.Sendto(n.fd, m.encode(n.sequence), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	buffer := make([]byte, 8192)
	count, _, err := syscall.Recvfrom(n.fd, buffer, 0)
	if err != nil {
		return err
	}
	return acknowledgement(buffer[:count])
}

// acknowledgement gives the error that the kernel's answer carries: a negative errno after the header.
func acknowledgement(answer []byte) error {
	messages, err := syscall.ParseNetlinkMessage(answer)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.Header.Type == syscall.NLMSG_ERROR && len(m.Data) >= 4 {
			if code := int32(binary.LittleEndian.Uint32(m.Data)); code != 0 {
				return syscall.Errno(-code)
			}
		}
	}
	return nil
}

func linkUp(index int, mtu int) *netlinkMessage {
	m := newNetlinkMessage(syscall.RTM_NEWLINK, 0, syscall.IfInfomsg{
		Index: int32(index), Flags: syscall.IFF_UP, Change: syscall.IFF_UP})
	if mtu > 0 {
		m.attribute32(syscall.IFLA_MTU, uint32(mtu))
	}
	return m
}

func addAddress(index int, ip net.IP, prefix int) *netlinkMessage {
	family, raw := familyOf(ip)
	m := newNetlinkMessage(syscall.RTM_NEWADDR, syscall.NLM_F_CREATE|syscall.NLM_F_REPLACE, syscall.IfAddrmsg{
		Family: family, Prefixlen: uint8(prefix), Index: uint32(index)})
	m.attribute(syscall.IFA_LOCAL, raw)
	m.attribute(syscall.IFA_ADDRESS, raw)
	return m
}

func addDefaultRoute(index int, gateway net.IP) *netlinkMessage {
	family, raw := familyOf(gateway)
	m := newNetlinkMessage(syscall.RTM_NEWROUTE, syscall.NLM_F_CREATE|syscall.NLM_F_REPLACE, syscall.RtMsg{
		Family: family, Table: syscall.RT_TABLE_MAIN, Protocol: syscall.RTPROT_BOOT,
		Scope: syscall.RT_SCOPE_UNIVERSE, Type: syscall.RTN_UNICAST})
	m.attribute(syscall.RTA_GATEWAY, raw)
	m.attribute32(syscall.RTA_OIF, uint32(index))
	return m
}

func familyOf(ip net.IP) (uint8, []byte) {
	if v4 := ip.To4(); v4 != nil {
		return syscall.AF_INET, v4
	}
	return syscall.AF_INET6, ip.To16()
}

// configureNetwork brings up the loopback and every interface of the metadata, which it finds by hardware address.
func configureNetwork(interfaces []NetworkInterface) error {
	n, err := openNetlink()
	if err != nil {
		return err
	}
	defer n.close()
	present, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range present {
		if i.Flags&net.FlagLoopback != 0 {
			if err := n.do(linkUp(i.Index, 0)); err != nil {
				return fmt.Errorf("loopback: %w", err)
			}
		}
	}
	for _, wanted := range interfaces {
		if err := configureInterface(n, wanted, present); err != nil {
			return fmt.Errorf("interface %s: %w", wanted.MAC, err)
		}
	}
	return nil
}

func configureInterface(n *netlink, wanted NetworkInterface, present []net.Interface) error {
	index := 0
	for _, i := range present {
		if strings.EqualFold(i.HardwareAddr.String(), wanted.MAC) {
			index = i.Index
		}
	}
	if index == 0 {
		return fmt.Errorf("the machine has no network card with this hardware address")
	}
	ip, network, err := net.ParseCIDR(wanted.Address)
	if err != nil {
		return err
	}
	prefix, _ := network.Mask.Size()
	if err := n.do(linkUp(index, wanted.MTU)); err != nil {
		return fmt.Errorf("up: %w", err)
	}
	if err := n.do(addAddress(index, ip, prefix)); err != nil {
		return fmt.Errorf("address: %w", err)
	}
	if wanted.Gateway == "" {
		return nil
	}
	gateway := net.ParseIP(wanted.Gateway)
	if gateway == nil {
		return fmt.Errorf("gateway %q is not an IP address", wanted.Gateway)
	}
	if err := n.do(addDefaultRoute(index, gateway)); err != nil {
		return fmt.Errorf("default route: %w", err)
	}
	return nil
}
