package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.Fabric;
import io.i2kit.cloud.local.daemon.fabric.FabricRecord;
import io.i2kit.cloud.local.daemon.fabric.FabricService;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what a fabric was told. */
final class RecordingFabric implements Fabric {
    final Map<String, Inet4Address> attached = new ConcurrentHashMap<>();
    volatile List<FabricService> services = List.of();
    volatile List<FabricRecord> records = List.of();

    @Override
    public void attach(String machineId, String macAddress, Inet4Address address, Path socket) {
        attached.put(machineId, address);
    }

    @Override
    public void detach(String machineId) {
        attached.remove(machineId);
    }

    @Override
    public void putServices(Collection<FabricService> all) {
        services = List.copyOf(all);
    }

    @Override
    public void putRecords(Collection<FabricRecord> all) {
        records = List.copyOf(all);
    }

    @Override
    public void close() {
        attached.clear();
    }
}
