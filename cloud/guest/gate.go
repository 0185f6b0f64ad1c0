package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// The containers of a machine share its network, so a hop limit cannot keep them from the instance metadata service, and with it
// from the instance's role. The gate does: a small BPF program on the network card's way out (tcx, Linux 6.6) drops what goes to
// the service's address unless it comes from a socket that the guest itself opened for it. The guest's sockets are known by their
// cookies, which the kernel gives out once and nobody can choose; marks, ports and users could be taken on by a container. The
// program sees every frame that leaves, those of packet sockets included, and to replace it takes CAP_NET_ADMIN in the machine.

// bpf(2): commands, types and the attach type, as in linux/bpf.h.
const (
	bpfMapCreate  = 0
	bpfMapUpdate  = 2
	bpfProgLoad   = 5
	bpfProgAttach = 8

	bpfMapTypeLRUHash   = 9
	bpfProgTypeSchedCLS = 3
	bpfAttachTCXEgress  = 47

	bpfHelperMapLookup    = 1
	bpfHelperSocketCookie = 46

	// tcxNext lets the frame go on, tcxDrop ends its way.
	tcxNext = -1
	tcxDrop = 2

	soCookie = 57

	// gateSockets is how many of the guest's connections to the service may live at a time; it holds one open.
	gateSockets = 64
)

var imdsIP = net.IPv4(169, 254, 169, 254)

// instruction is one of BPF's.
type instruction struct {
	code     byte
	register byte // destination in the low half, source in the high one
	offset   int16
	value    int32
}

// gateProgram drops IPv4 frames to the address whose socket is not in the map.
func gateProgram(address net.IP, mapFD int) []instruction {
	const (
		ethernetType = 12
		ipv4Target   = 14 + 16
		ipv4         = 0x0800
	)
	target := int32(binary.BigEndian.Uint32(address.To4()))
	return []instruction{
		{0xbf, 0x16, 0, 0},                        // r6 = the frame, where packet loads want it
		{0x28, 0x00, 0, ethernetType},             // r0 = 16 bits
		{0x55, 0x00, 13, ipv4},                    // another protocol: next
		{0x20, 0x00, 0, ipv4Target},               // r0 = 32 bits
		{0x56, 0x00, 11, target},                  // another target: next
		{0xbf, 0x61, 0, 0},                        // r1 = the frame
		{0x85, 0x00, 0, bpfHelperSocketCookie},    // r0 = its socket's cookie, 0 without a socket
		{0x7b, 0x0a, -8, 0},                       // on the stack
		{0xbf, 0xa2, 0, 0},                        // r2 = the stack
		{0x07, 0x02, 0, -8},                       // r2 = where the cookie is
		{0x18, 0x11, 0, int32(mapFD)},             // r1 = the map
		{0x00, 0x00, 0, 0},                        // (second half)
		{0x85, 0x00, 0, bpfHelperMapLookup},       // r0 = the entry or null
		{0x55, 0x00, 2, 0},                        // known: next
		{0xb7, 0x00, 0, tcxDrop}, {0x95, 0, 0, 0}, // drop
		{0xb7, 0x00, 0, tcxNext}, {0x95, 0, 0, 0}, // next
	}
}

func encodeProgram(program []instruction) []byte {
	var b []byte
	for _, i := range program {
		b = append(b, i.code, i.register)
		b = binary.LittleEndian.AppendUint16(b, uint16(i.offset))
		b = binary.LittleEndian.AppendUint32(b, uint32(i.value))
	}
	return b
}

// metadataGate knows the sockets that may reach the metadata service. Until it is closed, all may.
type metadataGate struct {
	mu    sync.Mutex
	mapFD int
}

func newMetadataGate() (*metadataGate, error) {
	attributes := struct{ kind, keyBytes, valueBytes, entries, flags uint32 }{bpfMapTypeLRUHash, 8, 1, gateSockets, 0}
	fd, err := bpf(bpfMapCreate, unsafe.Pointer(&attributes), unsafe.Sizeof(attributes))
	if err != nil {
		return nil, fmt.Errorf("metadata gate: map: %w", err)
	}
	syscall.CloseOnExec(fd)
	return &metadataGate{mapFD: fd}, nil
}

// close puts the program on a network card. From then on only sockets that control has seen pass.
func (g *metadataGate) close(card net.Interface, address net.IP) error {
	program := encodeProgram(gateProgram(address, g.mapFD))
	license := append([]byte("Apache-2.0"), 0)
	log := make([]byte, 64<<10)
	load := struct {
		kind, count          uint32
		program, license     uint64
		logLevel, logBytes   uint32
		log                  uint64
		kernelVersion, flags uint32
	}{
		kind: bpfProgTypeSchedCLS, count: uint32(len(program) / 8),
		program: uint64(uintptr(unsafe.Pointer(&program[0]))), license: uint64(uintptr(unsafe.Pointer(&license[0]))),
		logLevel: 1, logBytes: uint32(len(log)), log: uint64(uintptr(unsafe.Pointer(&log[0]))),
	}
	fd, err := bpf(bpfProgLoad, unsafe.Pointer(&load), unsafe.Sizeof(load))
	runtime.KeepAlive(program)
	runtime.KeepAlive(license)
	if err != nil {
		return fmt.Errorf("metadata gate: program: %w: %s", err, verifierWords(log))
	}
	defer syscall.Close(fd)
	attach := struct{ target, program, kind, flags, replaced, relative uint32 }{
		uint32(card.Index), uint32(fd), bpfAttachTCXEgress, 0, 0, 0}
	if _, err := bpf(bpfProgAttach, unsafe.Pointer(&attach), unsafe.Sizeof(attach)); err != nil {
		return fmt.Errorf("metadata gate: attach to %s: %w", card.Name, err)
	}
	return nil
}

func verifierWords(log []byte) string {
	text, _, _ := strings.Cut(string(log), "\x00")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// control lets a new socket of the guest's through the gate; net.Dialer calls it before the socket connects.
func (g *metadataGate) control(_, _ string, c syscall.RawConn) error {
	var result error
	if err := c.Control(func(fd uintptr) { result = g.admit(fd) }); err != nil {
		return err
	}
	return result
}

func (g *metadataGate) admit(fd uintptr) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	var cookie uint64
	size := uint32(unsafe.Sizeof(cookie))
	_, _, errno := syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.SOL_SOCKET, soCookie,
		uintptr(unsafe.Pointer(&cookie)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return fmt.Errorf("metadata gate: socket: %w", errno)
	}
	value := byte(1)
	update := struct {
		fd, _             uint32
		key, value, flags uint64
	}{fd: uint32(g.mapFD), key: uint64(uintptr(unsafe.Pointer(&cookie))), value: uint64(uintptr(unsafe.Pointer(&value)))}
	_, err := bpf(bpfMapUpdate, unsafe.Pointer(&update), unsafe.Sizeof(update))
	runtime.KeepAlive(&cookie)
	runtime.KeepAlive(&value)
	if err != nil {
		return fmt.Errorf("metadata gate: socket: %w", err)
	}
	return nil
}

func bpf(command uintptr, attributes unsafe.Pointer, size uintptr) (int, error) {
	r, _, errno := syscall.Syscall(sysBPF, command, uintptr(attributes), size)
	if errno != 0 {
		return -1, errno
	}
	return int(r), nil
}
