package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.DnsApi;
import io.i2kit.cloud.aws.api.DnsApi.AliasTarget;
import io.i2kit.cloud.aws.api.DnsApi.Change;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.aws.dns.PublicZone.Claim;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Names in the public hosted zones of the account, with the records that external-dns would write: an alias for a load balancer, a
 * canonical name else, and a text that says whose it is ({@link RegistryText}). What others have is never changed.
 */
public final class PublicZones implements PublicNameProvider {
    /**
     * Zones are read again after half of the time after which the deployer puts everything again (10 minutes): so each such time sees
     * what there is, and many names share one reading.
     */
    private static final Duration KNOWN = Duration.ofMinutes(5);

    private static final int MAX_VALUES = 1_000;
    private static final int MAX_CHARACTERS = 32_000;

    private final DnsApi api;
    private final String owner;
    private final Function<String, Optional<AliasTarget>> balancers;
    private final InstantSource clock;
    private Instant readAt = Instant.EPOCH;
    /** The longest name first. */
    private List<PublicZone> zones = List.of();

    /** @param balancers where a load balancer of the model is found */
    public PublicZones(
            DnsApi api, String clusterId, Function<String, Optional<AliasTarget>> balancers, InstantSource clock) {
        this.api = api;
        // Not an owner of external-dns' own, such as its "default".
        this.owner = "i2kit-" + clusterId;
        this.balancers = balancers;
        this.clock = clock;
    }

    @Override
    public synchronized Map<String, String> putNames(Collection<PublicName> names) {
        Map<String, String> problems = new TreeMap<>();
        Map<PublicZone, List<Claim>> claims = new LinkedHashMap<>();
        for (PublicName name : names) {
            try {
                List<PublicZone> holding = publishing(name.hostname());
                List<RecordSet> answers = List.of(answer(name));
                for (PublicZone zone : holding) {
                    // In a zone that was the best one before there was a better one, it is to be gone.
                    List<RecordSet> here = zone == holding.getFirst() ? answers : List.of();
                    claims.computeIfAbsent(zone, one -> new ArrayList<>())
                            .add(new Claim(name.name(), name.hostname(), name.resource(), here));
                }
            } catch (CloudException.Invalid e) {
                problems.put(name.name(), String.valueOf(e.getMessage()));
            }
        }
        claims.forEach((zone, list) -> settle(zone, list).forEach((claim, why) -> {
            if (!claim.answers().isEmpty()) {
                problems.put(claim.name(), why);
            }
        }));
        problems.replaceAll((name, why) -> PublicName.hostnameOf(name) + " is not published: " + why);
        return problems;
    }

    @Override
    public synchronized void deleteNames(Collection<String> names) {
        Map<PublicZone, List<Claim>> claims = new LinkedHashMap<>();
        for (String name : names) {
            String hostname = PublicName.hostnameOf(name);
            holding(hostname)
                    .forEach(zone -> claims.computeIfAbsent(zone, one -> new ArrayList<>())
                            .add(new Claim(name, hostname, PublicName.resourceOf(name), List.of())));
        }
        claims.forEach((zone, list) -> settle(zone, list).values().stream()
                .findFirst()
                .ifPresent(why -> {
                    throw new CloudException.Invalid("names in the zone " + zone.name() + " are not deleted: " + why);
                }));
    }

    private RecordSet answer(PublicName name) {
        if (name.type() == DnsRecord.Type.CANONICAL_NAME) {
            return new RecordSet(name.hostname(), "CNAME", name.timeToLive().toSeconds(), List.of(name.value()));
        }
        return balancers
                .apply(name.value())
                .map(target -> new RecordSet(name.hostname(), "A", 0, List.of(), target))
                .orElseThrow(() -> new CloudException.Invalid("its load balancer is not there"));
    }

    /** The zones that a hostname fits, the one that answers for it first. */
    private List<PublicZone> publishing(String hostname) {
        List<PublicZone> holding = holding(hostname);
        if (holding.isEmpty()) {
            throw new CloudException.Invalid("the account has no public hosted zone for it");
        }
        String best = holding.getFirst().name();
        if (holding.stream().filter(zone -> zone.name().equals(best)).count() > 1) {
            throw new CloudException.Invalid(
                    "the account has several public hosted zones " + best + ", and nothing tells which one answers");
        }
        return holding;
    }

    private List<PublicZone> holding(String hostname) {
        if (clock.instant().isAfter(readAt.plus(KNOWN))) {
            zones = Calls.get(api::zones).stream()
                    .filter(zone -> !zone.isPrivate())
                    .map(zone -> new PublicZone(api, zone, owner))
                    .sorted(Comparator.comparing(zone -> -zone.name().length()))
                    .toList();
            readAt = clock.instant();
        }
        return zones.stream().filter(zone -> zone.holds(hostname)).toList();
    }

    /** Makes what is claimed of a zone, in as few calls as can be; returns why what is not made is not. */
    private static Map<Claim, String> settle(PublicZone zone, List<Claim> claims) {
        Map<Claim, String> problems = new LinkedHashMap<>();
        Map<Claim, List<Change>> batch = new LinkedHashMap<>();
        for (Claim claim : claims) {
            plan(zone, claim, problems).ifPresent(changes -> {
                if (!fits(batch.values(), changes)) {
                    make(zone, batch, problems);
                    batch.clear();
                }
                batch.put(claim, changes);
            });
        }
        make(zone, batch, problems);
        return problems;
    }

    private static Optional<List<Change>> plan(PublicZone zone, Claim claim, Map<Claim, String> problems) {
        try {
            List<Change> changes = zone.plan(claim);
            return changes.isEmpty() ? Optional.empty() : Optional.of(changes);
        } catch (CloudException.Invalid e) {
            problems.put(claim, String.valueOf(e.getMessage()));
        } catch (AwsException e) {
            problems.put(claim, refusal(zone, e));
        }
        return Optional.empty();
    }

    private static boolean fits(Collection<List<Change>> batch, List<Change> more) {
        List<String> values = new ArrayList<>();
        batch.forEach(changes ->
                changes.forEach(change -> values.addAll(change.record().values())));
        more.forEach(change -> values.addAll(change.record().values()));
        return values.size() <= MAX_VALUES
                && values.stream().mapToInt(String::length).sum() <= MAX_CHARACTERS;
    }

    /** A batch that is refused is made again name by name, from what the zone holds now. */
    private static void make(PublicZone zone, Map<Claim, List<Change>> batch, Map<Claim, String> problems) {
        try {
            zone.make(batch.values().stream().flatMap(List::stream).toList());
        } catch (AwsException e) {
            refusal(zone, e);
            for (Claim claim : batch.keySet()) {
                plan(zone, claim, problems).ifPresent(changes -> {
                    try {
                        zone.make(changes);
                    } catch (AwsException again) {
                        problems.put(claim, refusal(zone, again));
                    }
                });
            }
        }
    }

    /**
     * What AWS says against it, for people. What the zone holds is not known any more.
     *
     * @throws CloudException.Unavailable when it is to be tried again
     */
    private static String refusal(PublicZone zone, AwsException e) {
        zone.forget();
        CloudException refused = e.toCloudException();
        if (refused instanceof CloudException.Unavailable) {
            throw refused;
        }
        return String.valueOf(refused.getMessage());
    }
}
