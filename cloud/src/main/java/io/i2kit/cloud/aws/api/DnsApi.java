package io.i2kit.cloud.aws.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hosted zones of Amazon Route 53 and their records. */
public interface DnsApi {
    /** All of the account, 100 a call. */
    List<HostedZone> zones();

    /** All of a zone, 300 a call. */
    List<RecordSet> records(String zoneId);

    /**
     * All of these or none, in this order; at most 1,000 values of 32,000 characters together, of which those of an
     * {@link Action#UPSERT} count twice (Route 53 API Reference, ChangeResourceRecordSets).
     *
     * @throws AwsException {@code InvalidChangeBatch}, as when a record to be deleted is not there as given, or one to be created is
     */
    void change(String zoneId, List<Change> changes);

    /**
     * @param name lower case, without the final dot
     * @param isPrivate whether it answers in networks only, not on the internet
     */
    record HostedZone(String id, String name, boolean isPrivate) {}

    /**
     * @param name lower case, without the final dot
     * @param type {@code A}, {@code CNAME}, {@code TXT} …
     * @param ttlSeconds 0 for an alias, which has its target's
     * @param values as Route 53 writes them: texts in quotation marks; none for an alias
     * @param alias what it answers for, or null
     */
    record RecordSet(
            String name,
            String type,
            long ttlSeconds,
            List<String> values,
            @Nullable AliasTarget alias) {
        public RecordSet {
            values = List.copyOf(values);
        }

        /** One that is no alias. */
        public RecordSet(String name, String type, long ttlSeconds, List<String> values) {
            this(name, type, ttlSeconds, values, null);
        }
    }

    /**
     * A thing of AWS that answers with addresses of its own.
     *
     * @param dnsName lower case, without the final dot
     * @param zoneId of AWS' own zone that has this name
     * @param evaluatesHealth whether a record that leads here counts as unwell while the target is
     */
    record AliasTarget(String dnsName, String zoneId, boolean evaluatesHealth) {}

    /** What becomes of a record set. */
    enum Action {
        /** Refused where there is one of this name and type. */
        CREATE,
        /** Created or replaced. */
        UPSERT,
        /** Refused where it is not there exactly so. */
        DELETE
    }

    /** One step of a batch. */
    record Change(Action action, RecordSet record) {}
}
