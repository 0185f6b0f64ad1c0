package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.api.DnsApi.AliasTarget;
import io.i2kit.cloud.aws.balancing.Attachments;
import io.i2kit.cloud.aws.balancing.AwsBalancers;
import io.i2kit.cloud.aws.dns.AwsDns;
import io.i2kit.cloud.aws.dns.PublicZones;
import io.i2kit.cloud.aws.groups.AwsGroups;
import io.i2kit.cloud.aws.metadata.MetadataObjects;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** AWS. One thread looks at the cluster's groups, tells what changed, and does what no single call can: see {@link AwsWatch}. */
public final class AwsCloud implements Cloud {
    private final ImageProvider images;
    private final AwsGroups groups;
    private final AwsBalancers balancers;
    private final AwsDns dns;
    private final PublicZones publicNames;
    private final AwsWatch watch;

    /** @param images makes AMIs of machine images */
    public AwsCloud(AwsApis apis, AwsOptions options, ImageProvider images, Clock clock) {
        this.images = images;
        Attachments attachments = new Attachments(apis.autoScaling(), options.clusterId());
        MetadataObjects metadata = new MetadataObjects(apis.objects(), options);
        this.groups = new AwsGroups(apis.ec2(), apis.autoScaling(), metadata, options, clock);
        this.balancers = new AwsBalancers(apis.loadBalancing(), apis.firewalls(), attachments, options);
        this.dns = new AwsDns(apis.dns(), options, balancers::dnsName, this::readyAddresses);
        this.publicNames = new PublicZones(apis.dns(), options.clusterId(), this::target, clock);
        this.watch = new AwsWatch(groups, balancers, attachments, dns, options.timings());
        watch.start();
    }

    private List<String> readyAddresses(String group) {
        return watch.status(group).map(GroupStatus::instances).orElse(List.of()).stream()
                .filter(Instance::healthy)
                .map(Instance::address)
                .filter(address -> address != null)
                .sorted()
                .toList();
    }

    /** What a public name is an alias of, with external-dns' default for the target's health. */
    private Optional<AliasTarget> target(String balancer) {
        return balancers
                .endpoint(balancer)
                .map(endpoint -> new AliasTarget(endpoint.dnsName().toLowerCase(Locale.ROOT), endpoint.zoneId(), true));
    }

    @Override
    public ImageProvider images() {
        return images;
    }

    @Override
    public GroupProvider groups() {
        return groups;
    }

    @Override
    public LoadBalancerProvider loadBalancers() {
        return balancers;
    }

    @Override
    public DnsProvider dns() {
        return dns;
    }

    @Override
    public PublicNameProvider publicNames() {
        return publicNames;
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        watch.add(listener);
    }

    /** Passes a notice of the image provider on to the listeners. */
    public void imageChanged(String imageName) {
        watch.tell(Set.of(imageName));
    }

    /** Looks now instead of at its time; returns whether something is on its way. */
    public boolean look() {
        return watch.look();
    }

    @Override
    public void close() {
        watch.close();
    }
}
