package io.i2kit.cloud.aws.api;

import java.util.List;

/** Records of a hosted zone of Amazon Route 53. */
public interface DnsApi {
    /** All of a zone, 300 a call. */
    List<RecordSet> records(String zoneId);

    /**
     * All of these or none, at most 1,000 values.
     *
     * @throws AwsException {@code InvalidChangeBatch}, as when a record to be deleted is not there as given
     */
    void change(String zoneId, List<Change> changes);

    /**
     * @param name lower case, without the final dot
     * @param type {@code A}, {@code CNAME}, {@code TXT} …
     * @param values as Route 53 writes them: texts in quotation marks
     */
    record RecordSet(String name, String type, long ttlSeconds, List<String> values) {
        public RecordSet {
            values = List.copyOf(values);
        }
    }

    /** @param delete else created or replaced */
    record Change(boolean delete, RecordSet record) {}
}
