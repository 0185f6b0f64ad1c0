package io.i2kit.cloud.aws.dns;

import io.i2kit.cloud.aws.api.DnsApi;
import io.i2kit.cloud.aws.api.DnsApi.Action;
import io.i2kit.cloud.aws.api.DnsApi.Change;
import io.i2kit.cloud.aws.api.DnsApi.HostedZone;
import io.i2kit.cloud.aws.api.DnsApi.RecordSet;
import io.i2kit.cloud.provider.CloudException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One public hosted zone as it was read last. Others write to it too, so nothing relies on that: what is changed is deleted as it
 * was known and created where nothing is, in one batch, which Route 53 refuses as a whole when either is not so.
 */
final class PublicZone {
    private final HostedZone zone;
    private final KnownZone known;
    private final String owner;

    /** @param owner by which this cluster's records are known */
    PublicZone(DnsApi api, HostedZone zone, String owner) {
        this.zone = zone;
        this.known = new KnownZone(api, zone.id());
        this.owner = owner;
    }

    /**
     * What somebody wants of a hostname.
     *
     * @param name by which the caller knows it
     * @param answers none where it is to be gone
     */
    record Claim(String name, String hostname, String resource, List<RecordSet> answers) {
        Claim {
            answers = List.copyOf(answers);
        }
    }

    String name() {
        return zone.name();
    }

    boolean holds(String hostname) {
        return hostname.equals(zone.name()) || hostname.endsWith("." + zone.name());
    }

    void forget() {
        known.forget();
    }

    private Map<String, RecordSet> known() {
        return known.records();
    }

    /**
     * What is to be done; nothing where all is as claimed.
     *
     * @throws CloudException.Invalid when the name is another's
     */
    List<Change> plan(Claim claim) {
        List<RecordSet> wanted = new ArrayList<>();
        RegistryText text = new RegistryText(owner, claim.resource());
        for (RecordSet answer : claim.answers()) {
            wanted.add(answer);
            wanted.add(text.beside(answer, zone.name()));
        }
        List<RecordSet> former = own(claim.hostname(), text);
        if (!wanted.isEmpty()) {
            requireFree(claim, wanted, former);
        }
        List<Change> changes = new ArrayList<>();
        former.stream()
                .filter(set -> !wanted.contains(set))
                .forEach(set -> changes.add(new Change(Action.DELETE, set)));
        wanted.stream()
                .filter(set -> !former.contains(set))
                .forEach(set -> changes.add(new Change(Action.CREATE, set)));
        return changes;
    }

    /** Texts of this claim, each with the record that it speaks of. */
    private List<RecordSet> own(String hostname, RegistryText mine) {
        List<RecordSet> own = new ArrayList<>();
        for (String type : RegistryText.TYPES) {
            RecordSet text = known().get(KnownZone.key(RegistryText.name(hostname, type, zone.name()), "TXT"));
            if (text != null && RegistryText.of(text).filter(mine::equals).isPresent()) {
                own.add(text);
                RecordSet record = known().get(KnownZone.key(hostname, type));
                if (record != null) {
                    own.add(record);
                }
            }
        }
        return own;
    }

    private void requireFree(Claim claim, List<RecordSet> wanted, List<RecordSet> former) {
        boolean taken = RegistryText.TYPES.stream()
                        .map(type -> known().get(KnownZone.key(claim.hostname(), type)))
                        .anyMatch(set -> set != null && !former.contains(set))
                || wanted.stream()
                        .map(set -> known().get(KnownZone.key(set)))
                        .anyMatch(set -> set != null && !former.contains(set));
        if (taken) {
            throw new CloudException.Invalid("the zone " + zone.name() + " has it already, and it is "
                    + whose(claim.hostname()) + "; i2kit does not touch it");
        }
        for (String at = claim.hostname(); at.length() > zone.name().length(); at = at.substring(at.indexOf('.') + 1)) {
            if (known().containsKey(KnownZone.key(at, "NS"))) {
                throw new CloudException.Invalid(
                        "the zone " + zone.name() + " delegates " + at + " to name servers of others");
            }
        }
    }

    private String whose(String hostname) {
        return RegistryText.names(hostname, zone.name()).stream()
                .map(name -> known().get(KnownZone.key(name, "TXT")))
                .filter(Objects::nonNull)
                .flatMap(text -> RegistryText.of(text).stream())
                .findFirst()
                .map(text -> text.owner().equals(owner)
                        ? text.resource() + "'s of this cluster"
                        : "of external-dns' owner \"" + text.owner() + "\" (" + text.resource() + ")")
                .orElse("nobody's by external-dns' text records");
    }

    /** All or none. */
    void make(List<Change> changes) {
        known.make(changes);
    }
}
