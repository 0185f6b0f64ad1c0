package io.i2kit.cloud.aws.groups;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.cloud.aws.api.Ec2Api;
import io.i2kit.cloud.aws.api.Ec2Api.Machine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What EC2 says of instances, as far as it does not change: address, time of launch, and tags, which i2kit writes itself. */
final class Machines {
    /** More than an account's default quotas allow to run. */
    private static final long MAX_ENTRIES = 50_000;

    /** Tags that somebody changed behind i2kit's back are seen after this time. */
    private static final Duration TRUSTED = Duration.ofMinutes(10);

    private final Ec2Api ec2;
    private final Cache<String, Machine> known = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(TRUSTED)
            .build();

    Machines(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    /** By id; those that EC2 does not know (yet) are left out. What is not known asks EC2, 1,000 a call. */
    Map<String, Machine> get(Collection<String> ids) {
        Map<String, Machine> found = new HashMap<>(known.getAllPresent(ids));
        List<String> missing =
                ids.stream().filter(id -> !found.containsKey(id)).distinct().toList();
        if (!missing.isEmpty()) {
            found.putAll(now(missing));
        }
        return found;
    }

    /** The same without what was remembered: for states. */
    Map<String, Machine> now(Collection<String> ids) {
        Map<String, Machine> found = new HashMap<>();
        for (Machine machine : ec2.instances(ids)) {
            found.put(machine.id(), machine);
            if (machine.address() != null) {
                known.put(machine.id(), machine);
            }
        }
        return found;
    }

    /** Remembers tags that were written. */
    void tagged(Machine machine, Map<String, String> tags) {
        Map<String, String> merged = new LinkedHashMap<>(machine.tags());
        merged.putAll(tags);
        known.put(
                machine.id(),
                new Machine(
                        machine.id(),
                        machine.state(),
                        machine.address(),
                        machine.launchedAt(),
                        merged,
                        machine.reason(),
                        machine.message()));
    }
}
