package io.i2kit.cloud.deploy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.i2kit.cloud.deploy.StackRecord.Kind;
import io.i2kit.cloud.deploy.StackRecord.Owned;
import io.i2kit.cloud.model.CloudResource;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import io.i2kit.cloud.model.StackStatus;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings the cloud to what stacks say: machine image, launch template, instance group, load balancer, DNS records, public names. What is known
 * to be as desired costs no call. Calls for one stack must not overlap (work queues see to that); those for different ones may.
 */
public final class StackDeployer {
    /** An image that was ready once; the bound only keeps a leak from growing for ever. */
    private static final long MAX_IMAGES = 10_000;

    /** After this time the cloud is asked again whether it still has the image. */
    private static final Duration IMAGE_TRUSTED = Duration.ofMinutes(10);

    private final Cloud cloud;
    private final StackRecords records;
    private final Applied applied = new Applied();
    private final Described<GroupStatus> groups;
    private final Described<LoadBalancerStatus> loadBalancers;
    private final Cache<String, ImageStatus.Ready> readyImages = Caffeine.newBuilder()
            .maximumSize(MAX_IMAGES)
            .expireAfterWrite(IMAGE_TRUSTED)
            .build();

    public StackDeployer(Cloud cloud, StackRecords records) {
        this(cloud, records, Ticker.systemTicker());
    }

    /** @param ticker by which what the cloud said becomes old */
    public StackDeployer(Cloud cloud, StackRecords records, Ticker ticker) {
        this.cloud = cloud;
        this.records = records;
        this.groups = new Described<>(cloud.groups()::describe, GroupStatus::name, ticker);
        this.loadBalancers =
                new Described<>(cloud.loadBalancers()::describeLoadBalancers, LoadBalancerStatus::name, ticker);
    }

    /** What the cloud says of instance groups. */
    public Described<GroupStatus> groups() {
        return groups;
    }

    /** What the cloud says of load balancers. */
    public Described<LoadBalancerStatus> loadBalancers() {
        return loadBalancers;
    }

    /**
     * Creates, changes and deletes until the cloud holds what the stack says. While its image is not ready, templates and groups
     * wait, but for a group that runs already.
     *
     * @param progress of a build that this call starts
     * @return what is known now
     * @throws CloudException when a call did not succeed; what was done stays, and the next call goes on from there
     */
    public StackStatus deploy(Stack stack, ImageProgress progress) {
        StackRecord former = records.get(stack.id());
        StackRecord wanted = StackRecord.of(stack);
        if (former == null || !former.equals(wanted)) {
            records.put(former == null ? wanted : union(former, wanted));
        }
        ImageStatus image = image(stack, progress);
        boolean launchable = image == null || image instanceof ImageStatus.Ready;
        if (launchable) {
            put(stack, Kind.LAUNCH_TEMPLATE);
        }
        putGroups(stack, launchable);
        if (put(stack, Kind.LOAD_BALANCER)) {
            forgetNames(stack);
        }
        put(stack, Kind.DNS_RECORD);
        List<String> unpublished = publish(stack);
        if (former != null && deleteLeftovers(former, wanted) && !former.equals(wanted)) {
            records.put(wanted);
        }
        return status(stack, image, unpublished);
    }

    /**
     * Changes the count of a group by itself, where its stack cannot be built at the moment. A group that the cloud does not have
     * is left so.
     */
    public void scale(InstanceGroup group) {
        if (!applied.holds(group) && groups.get(group.name()) != null) {
            forgetting(List.of(group), () -> call(Kind.INSTANCE_GROUP, List.of(group)));
        }
    }

    /**
     * Deletes what a stack owns, in the opposite order of creation.
     *
     * @param grace what its machines get to stop
     * @return whether nothing is left; if not, a change notice comes, and the call is to be made again
     */
    public boolean delete(StackId id, Duration grace) {
        StackRecord record = records.get(id);
        if (record == null) {
            return true;
        }
        if (!delete(record.owned(), grace)) {
            return false;
        }
        records.remove(id);
        return true;
    }

    private @Nullable ImageStatus image(Stack stack, ImageProgress progress) {
        for (CloudResource resource : stack.resources()) {
            if (resource instanceof MachineImage image) {
                ImageStatus status = readyImages.getIfPresent(image.name());
                if (status == null) {
                    status = cloud.images().ensure(image, progress);
                }
                if (status instanceof ImageStatus.Ready ready) {
                    readyImages.put(image.name(), ready);
                }
                return status;
            }
        }
        return null;
    }

    private void putGroups(Stack stack, boolean launchable) {
        boolean all = launchable
                || stack.resources().stream()
                        .filter(InstanceGroup.class::isInstance)
                        .allMatch(group -> groups.get(group.name()) != null);
        if (all) {
            put(stack, Kind.INSTANCE_GROUP);
        }
    }

    /** Returns whether anything was put. */
    private boolean put(Stack stack, Kind kind) {
        List<CloudResource> changed = changed(stack, kind);
        if (changed.isEmpty()) {
            return false;
        }
        forgetting(changed, () -> call(kind, changed));
        return true;
    }

    private List<CloudResource> changed(Stack stack, Kind kind) {
        return stack.resources().stream()
                .filter(resource -> Kind.of(resource) == kind && !applied.holds(resource))
                .toList();
    }

    /** A load balancer that was changed may be another one, with another address. */
    private void forgetNames(Stack stack) {
        stack.resources().stream()
                .map(Owned::of)
                .filter(owned -> owned.kind() == Kind.DNS_RECORD || owned.kind() == Kind.PUBLIC_NAME)
                .forEach(applied::forget);
    }

    /** Returns why names are not published; those are tried again by each call. */
    private List<String> publish(Stack stack) {
        List<CloudResource> changed = changed(stack, Kind.PUBLIC_NAME);
        if (changed.isEmpty()) {
            return List.of();
        }
        changed.forEach(resource -> applied.forget(Owned.of(resource)));
        Map<String, String> problems = cloud.publicNames().putNames(cast(changed, PublicName.class));
        changed.stream()
                .filter(resource -> !problems.containsKey(resource.name()))
                .forEach(applied::put);
        return problems.values().stream().sorted().toList();
    }

    /** Until the call has returned, what the cloud holds is not known. */
    private void forgetting(List<CloudResource> changed, Runnable call) {
        changed.forEach(resource -> applied.forget(Owned.of(resource)));
        call.run();
        changed.forEach(applied::put);
    }

    private void call(Kind kind, List<CloudResource> changed) {
        switch (kind) {
            case MACHINE_IMAGE -> throw new IllegalArgumentException("images are ensured, not put");
            case LAUNCH_TEMPLATE ->
                new Synthesizers.LaunchTemplates(cloud.groups()).put(cast(changed, LaunchTemplate.class));
            case INSTANCE_GROUP ->
                new Synthesizers.InstanceGroups(cloud.groups(), groups).put(cast(changed, InstanceGroup.class));
            case LOAD_BALANCER ->
                new Synthesizers.LoadBalancers(cloud.loadBalancers(), loadBalancers)
                        .put(cast(changed, LoadBalancer.class));
            case DNS_RECORD -> new Synthesizers.DnsRecords(cloud.dns()).put(cast(changed, DnsRecord.class));
            case PUBLIC_NAME -> throw new IllegalArgumentException("names are published, not put");
        }
    }

    private static <R extends CloudResource> List<R> cast(List<CloudResource> resources, Class<R> type) {
        return resources.stream().map(type::cast).toList();
    }

    private boolean deleteLeftovers(StackRecord former, StackRecord wanted) {
        List<Owned> leftovers = new ArrayList<>(former.owned());
        leftovers.removeAll(wanted.owned());
        return leftovers.isEmpty() || delete(leftovers, Duration.ZERO);
    }

    private boolean delete(List<Owned> owned, Duration grace) {
        owned.forEach(applied::forget);
        List<String> published = names(owned, Kind.PUBLIC_NAME);
        if (!published.isEmpty()) {
            cloud.publicNames().deleteNames(published);
        }
        return delete(owned, Kind.DNS_RECORD, new Synthesizers.DnsRecords(cloud.dns()), grace)
                && delete(
                        owned,
                        Kind.LOAD_BALANCER,
                        new Synthesizers.LoadBalancers(cloud.loadBalancers(), loadBalancers),
                        grace)
                && delete(owned, Kind.INSTANCE_GROUP, new Synthesizers.InstanceGroups(cloud.groups(), groups), grace)
                && delete(owned, Kind.LAUNCH_TEMPLATE, new Synthesizers.LaunchTemplates(cloud.groups()), grace);
    }

    private static boolean delete(List<Owned> owned, Kind kind, Synthesizer<?> synthesizer, Duration grace) {
        List<String> names = names(owned, kind);
        return names.isEmpty() || synthesizer.delete(names, grace);
    }

    private static List<String> names(List<Owned> owned, Kind kind) {
        return owned.stream()
                .filter(each -> each.kind() == kind)
                .map(Owned::name)
                .toList();
    }

    private StackStatus status(Stack stack, @Nullable ImageStatus image, List<String> unpublished) {
        return new StackStatus(
                stack.id(),
                image,
                known(stack, InstanceGroup.class, groups::get),
                known(stack, LoadBalancer.class, loadBalancers::get),
                unpublished);
    }

    private static <S> Map<String, S> known(
            Stack stack, Class<? extends CloudResource> kind, Function<String, @Nullable S> describe) {
        Map<String, S> statuses = new HashMap<>();
        for (CloudResource resource : stack.resources()) {
            S status = kind.isInstance(resource) ? describe.apply(resource.name()) : null;
            if (status != null) {
                statuses.put(resource.name(), status);
            }
        }
        return statuses;
    }

    private static StackRecord union(StackRecord former, StackRecord wanted) {
        List<Owned> owned = new ArrayList<>(former.owned());
        wanted.owned().stream().filter(each -> !owned.contains(each)).forEach(owned::add);
        return new StackRecord(wanted.id(), owned);
    }
}
