package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What machines take of the host: addresses, ports, memory. Owner thread only. */
record Host(MachinePlan plan, Addresses addresses, HostPorts ports, Capacity capacity) {

    /** Notes what machines have that run already. */
    void occupy(Fleet fleet) {
        fleet.instances()
                .forEach(instance -> addresses.startAfter(instance.identity().address()));
        fleet.instances()
                .filter(InstanceRecord::alive)
                .flatMap(instance -> instance.forwards().values().stream())
                .forEach(ports::take);
    }

    long usedMebibytes(Fleet fleet) {
        return fleet.instances()
                .filter(InstanceRecord::alive)
                .mapToLong(instance -> instance.identity().memoryMebibytes())
                .sum();
    }

    /** An address that no machine has, nor had lately. */
    Inet4Address freeAddress(Fleet fleet) {
        Set<String> used =
                fleet.instances().map(instance -> instance.identity().address()).collect(Collectors.toSet());
        return addresses.pod(used);
    }

    /** A host port for each of these ports of a guest. */
    Map<Integer, Integer> takePorts(Set<Integer> guestPorts) {
        Map<Integer, Integer> forwards = new TreeMap<>();
        for (int guestPort : guestPorts) {
            forwards.put(guestPort, ports.take());
        }
        return forwards;
    }

    /** Writes what the record says to the machine's tags disk. */
    void writeTags(InstanceRecord instance) {
        try {
            MachineDisks.writeTags(plan.directory(instance.id()), instance.lifecycle());
        } catch (IOException e) {
            throw new CloudException.Unavailable(
                    "cannot write the tags of machine " + instance.id() + ": " + e.getMessage(), e);
        }
    }

    void release(InstanceRecord ended) {
        ended.forwards().values().forEach(ports::release);
    }
}
