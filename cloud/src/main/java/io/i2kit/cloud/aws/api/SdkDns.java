package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.List;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.ResourceRecord;
import software.amazon.awssdk.services.route53.model.ResourceRecordSet;

/** {@link DnsApi} over the wire. */
public record SdkDns(AwsClients clients) implements DnsApi {
    @Override
    public List<RecordSet> records(String zoneId) {
        return SdkCalls.call(() -> clients
                .route53()
                .listResourceRecordSetsPaginator(request -> request.hostedZoneId(zoneId))
                .resourceRecordSets()
                .stream()
                .map(SdkDns::record)
                .toList());
    }

    private static RecordSet record(ResourceRecordSet set) {
        // Route 53 writes characters beyond letters, digits and dashes as octal escapes.
        String name = set.name().replace("\\137", "_").replaceAll("\\.$", "");
        return new RecordSet(
                name,
                set.typeAsString(),
                set.ttl() == null ? 0 : set.ttl(),
                set.resourceRecords().stream().map(ResourceRecord::value).toList());
    }

    @Override
    public void change(String zoneId, List<Change> changes) {
        List<software.amazon.awssdk.services.route53.model.Change> list = changes.stream()
                .map(change -> software.amazon.awssdk.services.route53.model.Change.builder()
                        .action(change.delete() ? ChangeAction.DELETE : ChangeAction.UPSERT)
                        .resourceRecordSet(set -> set.name(change.record().name() + ".")
                                .type(change.record().type())
                                .ttl(change.record().ttlSeconds())
                                .resourceRecords(change.record().values().stream()
                                        .map(value -> ResourceRecord.builder()
                                                .value(value)
                                                .build())
                                        .toList()))
                        .build())
                .toList();
        SdkCalls.call(() -> clients.route53()
                .changeResourceRecordSets(request -> request.hostedZoneId(zoneId)
                        .changeBatch(batch -> batch.changes(list).comment("i2kit"))));
    }
}
