// cilium_ebpf EXAMPLES_FOLDER: the examples' objects as cilium/ebpf reads, configures, loads and runs them.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
)

func fail(format string, values ...interface{}) {
	fmt.Printf("FAILED: "+format+"\n", values...)
	os.Exit(1)
}

func require(err error, attempt string) {
	if err != nil {
		fail("%s: %v", attempt, err)
	}
}

func read(folder, example string) *ebpf.CollectionSpec {
	path := filepath.Join(folder, example, example+".bpf.o")
	spec, err := ebpf.LoadCollectionSpec(path)
	require(err, "read "+path)
	return spec
}

// tcpFrame is a frame from 10.0.0.3, zero but for what xdp_drop looks at.
func tcpFrame(port uint16) []byte {
	frame := make([]byte, 64)
	binary.BigEndian.PutUint16(frame[12:], 0x0800)
	frame[14] = 0x45
	binary.BigEndian.PutUint16(frame[16:], 50)
	frame[23] = 6
	copy(frame[26:], []byte{10, 0, 0, 3})
	binary.BigEndian.PutUint16(frame[36:], port)
	frame[46] = 0x50
	return frame
}

// checkDrop configures xdp_drop by names of variables, runs it by the program's name, and counts by the map's.
func checkDrop(folder string) {
	spec := read(folder, "xdp_drop")
	require(spec.RewriteConstants(map[string]interface{}{"port": uint16(7070)}), "set port")
	collection, err := ebpf.NewCollection(spec)
	require(err, "load xdp_drop")
	defer collection.Close()
	const drop, pass = 1, 2
	for port, expected := range map[uint16]uint32{7070: drop, 8080: pass} {
		verdict, _, err := collection.Programs["drop_tcp"].Test(tcpFrame(port))
		require(err, "run drop_tcp")
		if verdict != expected {
			fail("a packet to port %d has verdict %d, expected %d", port, verdict, expected)
		}
	}
	type drops struct{ Packets, Bytes uint64 }
	var counts []drops
	require(collection.Maps["drops"].Lookup(uint32(0), &counts), "look up drops")
	sum := drops{}
	for _, count := range counts {
		sum.Packets += count.Packets
		sum.Bytes += count.Bytes
	}
	if sum != (drops{1, 64}) {
		fail("counted %v, expected one packet of 64 bytes", sum)
	}
}

// checkLoads loads all programs of an example. 0.9.1 does not know enumerations of 64 bits, which the BTF of newer kernels has:
// what is relocated by that cannot be loaded by it.
func checkLoads(folder, example string) {
	collection, err := ebpf.NewCollection(read(folder, example))
	if err != nil && strings.Contains(err.Error(), "unknown kind: Unknown (19)") {
		fmt.Printf("%s: read; not loaded, as this cilium/ebpf does not understand the kernel's BTF\n", example)
		return
	}
	require(err, "load "+example)
	fmt.Printf("%s: %d programs, %d maps\n", example, len(collection.Programs), len(collection.Maps))
	collection.Close()
}

func main() {
	checkDrop(os.Args[1])
	for _, example := range []string{"xdp_drop", "lwt_drop", "lwt_len_hist", "tc_rewrite", "connect_rewrite", "switch_hist", "cpu_use"} {
		checkLoads(os.Args[1], example)
	}
}
