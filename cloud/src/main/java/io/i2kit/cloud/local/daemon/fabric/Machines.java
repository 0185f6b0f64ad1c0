package io.i2kit.cloud.local.daemon.fabric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The attached machines by their address. Look-ups, one a packet, search a sorted array and allocate nothing. */
final class Machines {
    private final Map<String, SwitchPort> byId = new TreeMap<>();
    private int[] addresses = new int[0];
    private SwitchPort[] ports = new SwitchPort[0];

    @Nullable
    SwitchPort find(int address) {
        int index = Arrays.binarySearch(addresses, address);
        return index < 0 ? null : ports[index];
    }

    @Nullable
    SwitchPort byId(String machineId) {
        return byId.get(machineId);
    }

    Collection<SwitchPort> all() {
        return byId.values();
    }

    void add(SwitchPort port) {
        byId.put(port.machineId(), port);
        index();
    }

    @Nullable
    SwitchPort remove(String machineId) {
        SwitchPort removed = byId.remove(machineId);
        index();
        return removed;
    }

    private void index() {
        List<SwitchPort> sorted = new ArrayList<>(byId.values());
        sorted.sort(Comparator.comparingInt(SwitchPort::address));
        ports = sorted.toArray(SwitchPort[]::new);
        addresses = sorted.stream().mapToInt(SwitchPort::address).toArray();
    }
}
