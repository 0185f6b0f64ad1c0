package io.i2kit.cloud.local.daemon.fabric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers what the cluster's zone knows, and says what is for others. Addresses turn round by one with each question, so that
 * clients that take the first spread. Used by the fabric's thread only.
 */
final class DnsServer {
    private static final Pattern REVERSE =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.in-addr\\.arpa");

    private static final int LONGEST_ALIAS_CHAIN = 8;

    private final FabricNetwork network;
    private DnsZone zone;
    private int turn;

    DnsServer(FabricNetwork network) {
        this.network = network;
        this.zone = new DnsZone(network, List.of());
    }

    void setZone(DnsZone next) {
        zone = next;
    }

    /** What is to be done for a query. */
    sealed interface Outcome {}

    /** Send this. */
    record Reply(DnsAnswer answer) implements Outcome {}

    /**
     * Ask the host's resolvers.
     *
     * @param aliases what is known already: the aliases of the zone that lead to {@code name}; empty for a question that does
     *     not concern the zone at all
     */
    record AskOutside(String name, List<ResourceRecord> aliases) implements Outcome {
        AskOutside {
            aliases = List.copyOf(aliases);
        }
    }

    Outcome answer(DnsQuery query) {
        if (query.opcode() != 0) {
            return new Reply(DnsAnswer.error(Dns.NOT_IMPLEMENTED));
        }
        if (query.ednsVersion() != 0) {
            return new Reply(DnsAnswer.error(Dns.BAD_VERSION));
        }
        if (query.dnsClass() != Dns.CLASS_IN && query.dnsClass() != Dns.CLASS_ANY) {
            return new Reply(DnsAnswer.error(Dns.REFUSED));
        }
        if (zone.isWithin(query.name())) {
            return ofZone(query);
        }
        OptionalInt address = reverseAddress(query.name());
        return address.isPresent()
                ? new Reply(pointer(query, address.getAsInt()))
                : new AskOutside(query.name(), List.of());
    }

    private Outcome ofZone(DnsQuery query) {
        List<ResourceRecord> answers = new ArrayList<>();
        String name = query.name();
        for (int i = 0; i < LONGEST_ALIAS_CHAIN; i++) {
            List<ResourceRecord> here = ofType(zone.records(name), query.type());
            if (!here.isEmpty()) {
                answers.addAll(here);
                return new Reply(positive(answers));
            }
            List<ResourceRecord> aliases = ofType(zone.records(name), Dns.TYPE_CNAME);
            if (aliases.isEmpty()) {
                return new Reply(none(zone.exists(name), answers));
            }
            answers.add(aliases.getFirst());
            name = ((ResourceRecord.CanonicalName) aliases.getFirst().data()).target();
            if (!zone.isWithin(name)) {
                return new AskOutside(name, answers);
            }
        }
        return new Reply(DnsAnswer.error(Dns.SERVER_FAILURE)); // aliases in a circle
    }

    private List<ResourceRecord> ofType(List<ResourceRecord> records, int type) {
        List<ResourceRecord> matching = new ArrayList<>();
        for (ResourceRecord record : records) {
            if (type == Dns.TYPE_ANY || record.type() == type) {
                matching.add(record);
            }
        }
        if (type == Dns.TYPE_A && matching.size() > 1) {
            Collections.rotate(matching, turn++);
        }
        return matching;
    }

    /** A positive answer, with the addresses of the targets of SRV records, which saves their askers a question each. */
    private DnsAnswer positive(List<ResourceRecord> answers) {
        List<ResourceRecord> additional = new ArrayList<>();
        for (ResourceRecord answer : answers) {
            if (answer.data() instanceof ResourceRecord.ServiceLocation location) {
                additional.addAll(ofType(zone.records(location.target()), Dns.TYPE_A));
            }
        }
        return new DnsAnswer(Dns.NO_ERROR, true, answers, List.of(), additional);
    }

    private DnsAnswer none(boolean exists, List<ResourceRecord> aliases) {
        int code = exists ? Dns.NO_ERROR : Dns.NAME_ERROR;
        return new DnsAnswer(code, true, aliases, List.of(zone.startOfAuthority()), List.of());
    }

    private DnsAnswer pointer(DnsQuery query, int address) {
        List<ResourceRecord> pointers = zone.pointers(address);
        return query.type() == Dns.TYPE_PTR && !pointers.isEmpty()
                ? new DnsAnswer(Dns.NO_ERROR, true, pointers, List.of(), List.of())
                : none(!pointers.isEmpty(), List.of());
    }

    /** The address that a reverse name asks for, when it is one of this network. */
    private OptionalInt reverseAddress(String name) {
        Matcher matcher = REVERSE.matcher(name);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int address = 0;
        for (int group = 4; group >= 1; group--) {
            int octet = Integer.parseInt(matcher.group(group));
            if (octet > 255) {
                return OptionalInt.empty();
            }
            address = address << 8 | octet;
        }
        return network.pods().contains(address) || network.services().contains(address)
                ? OptionalInt.of(address)
                : OptionalInt.empty();
    }
}
