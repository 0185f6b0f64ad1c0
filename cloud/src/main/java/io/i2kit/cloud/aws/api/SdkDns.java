package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.ResourceRecord;
import software.amazon.awssdk.services.route53.model.ResourceRecordSet;

/** {@link DnsApi} over the wire. */
public record SdkDns(AwsClients clients) implements DnsApi {
    /** How Route 53 writes characters of names beyond letters, digits and dashes (Developer Guide, "DNS domain name format"). */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");

    @Override
    public List<HostedZone> zones() {
        return SdkCalls.call(() -> clients.route53().listHostedZonesPaginator().hostedZones().stream()
                .map(zone -> new HostedZone(
                        zone.id().replace("/hostedzone/", ""),
                        name(zone.name()),
                        zone.config() != null
                                && Boolean.TRUE.equals(zone.config().privateZone())))
                .toList());
    }

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
        return new RecordSet(
                name(set.name()),
                set.typeAsString(),
                set.ttl() == null ? 0 : set.ttl(),
                set.resourceRecords().stream().map(ResourceRecord::value).toList(),
                alias(set.aliasTarget()));
    }

    private static @Nullable AliasTarget alias(
            software.amazon.awssdk.services.route53.model.@Nullable AliasTarget target) {
        return target == null
                ? null
                : new AliasTarget(
                        name(target.dnsName()),
                        target.hostedZoneId(),
                        Boolean.TRUE.equals(target.evaluateTargetHealth()));
    }

    private static String name(String written) {
        return ESCAPE.matcher(written)
                .replaceAll(found -> Character.toString(Integer.parseInt(found.group(1), 8)))
                .replaceAll("\\.$", "")
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public void change(String zoneId, List<Change> changes) {
        List<software.amazon.awssdk.services.route53.model.Change> list = changes.stream()
                .map(change -> software.amazon.awssdk.services.route53.model.Change.builder()
                        .action(ChangeAction.fromValue(change.action().name()))
                        .resourceRecordSet(written(change.record()))
                        .build())
                .toList();
        SdkCalls.call(() -> clients.route53()
                .changeResourceRecordSets(request -> request.hostedZoneId(zoneId)
                        .changeBatch(batch -> batch.changes(list).comment("i2kit"))));
    }

    private static ResourceRecordSet written(RecordSet record) {
        ResourceRecordSet.Builder set =
                ResourceRecordSet.builder().name(record.name() + ".").type(record.type());
        AliasTarget alias = record.alias();
        if (alias != null) {
            return set.aliasTarget(target -> target.dnsName(alias.dnsName() + ".")
                            .hostedZoneId(alias.zoneId())
                            .evaluateTargetHealth(alias.evaluatesHealth()))
                    .build();
        }
        return set.ttl(record.ttlSeconds())
                .resourceRecords(record.values().stream()
                        .map(value -> ResourceRecord.builder().value(value).build())
                        .toList())
                .build();
    }
}
