package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.FabricRecord;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The records of the cluster's private zone, and what they mean with the machines of the moment. Owner thread only. */
final class Zone {
    private static final String FILE = "zone";

    private final JsonFiles<Content> files;
    private Map<String, DnsRecord> records = new LinkedHashMap<>();

    /** One file, so that a put of several records is done or not. */
    private record Content(List<DnsRecord> records) {}

    Zone(Path directory) throws IOException {
        files = new JsonFiles<>(directory, Content.class);
        for (Content content : files.readAll()) {
            content.records().forEach(record -> records.put(record.name(), record));
        }
    }

    void put(Collection<DnsRecord> changed) {
        Map<String, DnsRecord> next = new LinkedHashMap<>(records);
        changed.forEach(record -> next.put(record.name(), record));
        save(next);
    }

    void delete(Collection<String> names) {
        Map<String, DnsRecord> next = new LinkedHashMap<>(records);
        next.keySet().removeAll(names);
        save(next);
    }

    private void save(Map<String, DnsRecord> next) {
        if (!next.equals(records)) {
            files.put(FILE, new Content(List.copyOf(next.values())));
            records = next;
        }
    }

    List<DnsRecord> describe() {
        return List.copyOf(records.values());
    }

    /** The answers of the moment. */
    List<FabricRecord> resolve(Fleet fleet, LoadBalancers loadBalancers) {
        List<FabricRecord> answers = new ArrayList<>();
        for (DnsRecord record : records.values()) {
            switch (record.type()) {
                case ADDRESS -> answers.add(answer(record, FabricRecord.Type.A, record.values()));
                case CANONICAL_NAME -> answers.add(answer(record, FabricRecord.Type.CNAME, record.values()));
                case LOAD_BALANCER -> loadBalancer(record, loadBalancers, answers);
                case GROUPS -> groups(record, fleet, answers);
            }
        }
        return answers;
    }

    private static FabricRecord answer(DnsRecord record, FabricRecord.Type type, List<String> values) {
        return new FabricRecord(record.name(), type, values, record.timeToLive());
    }

    private static void loadBalancer(DnsRecord record, LoadBalancers loadBalancers, List<FabricRecord> answers) {
        List<String> addresses = new ArrayList<>();
        for (LoadBalancerRecord loadBalancer : loadBalancers.all()) {
            if (!record.values().contains(loadBalancer.name())) {
                continue;
            }
            addresses.add(loadBalancer.address());
            for (Listener listener : loadBalancer.spec().listeners()) {
                if (!listener.name().isEmpty()) {
                    answers.add(service(
                            record,
                            listener.name(),
                            listener.protocol().name(),
                            List.of(DnsRecord.service(Integer.toString(listener.port()), record.name()))));
                }
            }
        }
        answers.add(answer(record, FabricRecord.Type.A, addresses));
    }

    /** A headless Service: each ready machine has a name of its own below the Service's, which SRV answers lead to. */
    private static void groups(DnsRecord record, Fleet fleet, List<FabricRecord> answers) {
        List<String> addresses = new ArrayList<>();
        Map<String, List<String>> services = new LinkedHashMap<>();
        for (String value : record.values()) {
            String[] parts = value.split("/", -1);
            for (InstanceRecord instance : LoadBalancers.serving(fleet, parts[0], false)) {
                String address = instance.identity().address();
                String own = record.machineName(address);
                if (!addresses.contains(address)) {
                    addresses.add(address);
                    answers.add(new FabricRecord(own, FabricRecord.Type.A, List.of(address), record.timeToLive()));
                }
                if (parts.length == 4) {
                    services.computeIfAbsent(parts[1] + "/" + parts[2], _ -> new ArrayList<>())
                            .add(DnsRecord.service(parts[3], own));
                }
            }
        }
        answers.add(answer(record, FabricRecord.Type.A, addresses));
        services.forEach((key, values) -> {
            String[] parts = key.split("/", -1);
            answers.add(service(record, parts[0], parts[1], values));
        });
    }

    private static FabricRecord service(DnsRecord record, String port, String protocol, List<String> values) {
        return new FabricRecord(record.portName(port, protocol), FabricRecord.Type.SRV, values, record.timeToLive());
    }
}
