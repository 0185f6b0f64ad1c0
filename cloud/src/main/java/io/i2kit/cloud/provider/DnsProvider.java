package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.DnsRecord;
import java.util.Collection;
import java.util.List;

/** Records of the cluster's private zone. */
public interface DnsProvider {
    /** Creates or replaces records by name, all or none. */
    void putRecords(Collection<DnsRecord> records);

    /** Unknown names are no error. */
    void deleteRecords(Collection<String> names);

    /** Every record of this cluster. */
    List<DnsRecord> describeRecords();
}
