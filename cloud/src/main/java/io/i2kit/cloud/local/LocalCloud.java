package io.i2kit.cloud.local;

import io.i2kit.cloud.local.protocol.Answers.CloudInfo;
import io.i2kit.cloud.local.protocol.Call;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import io.i2kit.cloud.provider.NoPublicNames;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The embedded cloud, as a client of its own process. The process is started by the first call that finds none, and outlives
 * this object. Images are built in this process, where the workers are.
 */
public final class LocalCloud implements Cloud {
    private static final Duration END = Duration.ofSeconds(60);

    private final DaemonClient client;
    private final ChangeFollower changes;
    private final ImageProvider images;
    private final Calls calls = new Calls();

    public LocalCloud(LocalCloudOptions options, ImageProvider images) {
        this.client = new DaemonClient(options);
        this.changes = new ChangeFollower(client);
        this.images = images;
    }

    /** Starts the process unless it runs; returns once it answers. */
    public void start() {
        client.call(new Call.Ping());
    }

    /** What the host gives. */
    public CloudInfo info() {
        return client.call(new Call.Info());
    }

    /** Passes a notice of the image provider on to the listeners. */
    public void imageChanged(String imageName) {
        changes.tell(Set.of(imageName));
    }

    /** Ends the process of a data directory if one runs; its machines run on. */
    public static void stopDaemon(Path dataDirectory) {
        try (DaemonClient client = new DaemonClient(connectOnly(dataDirectory))) {
            client.shutdown(false, END);
        }
    }

    /**
     * Ends every machine of a data directory and the process, and removes their files, whether the process runs or not.
     *
     * @param cleaner what to do when no process runs: {@code CloudDaemon::destroy}
     */
    public static void destroyAll(Path dataDirectory, Cleaner cleaner) {
        try (DaemonClient client = new DaemonClient(connectOnly(dataDirectory))) {
            client.shutdown(true, END);
            cleaner.destroy(dataDirectory);
        } catch (IOException e) {
            throw new CloudException.Unavailable("cannot end the embedded cloud: " + e.getMessage(), e);
        }
    }

    /** Removes what a cloud without a process left. */
    @FunctionalInterface
    public interface Cleaner {
        void destroy(Path dataDirectory) throws IOException;
    }

    private static LocalCloudOptions connectOnly(Path dataDirectory) {
        return new LocalCloudOptions(dataDirectory, List.of(), END);
    }

    @Override
    public ImageProvider images() {
        return images;
    }

    @Override
    public GroupProvider groups() {
        return calls;
    }

    @Override
    public LoadBalancerProvider loadBalancers() {
        return calls;
    }

    @Override
    public DnsProvider dns() {
        return calls;
    }

    @Override
    public PublicNameProvider publicNames() {
        return new NoPublicNames("the embedded cloud");
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        changes.add(listener);
    }

    @Override
    public void close() {
        changes.close();
        client.close();
    }

    /** Each provider call is one call of the protocol. */
    private final class Calls implements GroupProvider, LoadBalancerProvider, DnsProvider {
        @Override
        public void putTemplate(LaunchTemplate template) {
            client.call(new Call.PutTemplate(template));
        }

        @Override
        public void deleteTemplate(String name) {
            client.call(new Call.DeleteTemplate(name));
        }

        @Override
        public void putGroup(InstanceGroup group) {
            client.call(new Call.PutGroup(group));
        }

        @Override
        public void deleteGroup(String name, Duration grace) {
            client.call(new Call.DeleteGroup(name, grace));
        }

        @Override
        public List<GroupStatus> describe(Collection<String> names) {
            return client.call(new Call.DescribeGroups(List.copyOf(names))).groups();
        }

        @Override
        public void terminate(Collection<String> instanceIds, boolean decrement, Duration grace) {
            client.call(new Call.Terminate(List.copyOf(instanceIds), decrement, grace));
        }

        @Override
        public Optional<byte[]> keptLog(String instanceId, String podUid, String container, boolean previous) {
            return Optional.ofNullable(client.call(new Call.KeptLog(instanceId, podUid, container, previous))
                    .lines());
        }

        @Override
        public void tag(String instanceId, Map<String, String> tags) {
            client.call(new Call.Tag(instanceId, tags));
        }

        @Override
        public void putLoadBalancer(LoadBalancer loadBalancer) {
            client.call(new Call.PutLoadBalancer(loadBalancer));
        }

        @Override
        public void deleteLoadBalancer(String name) {
            client.call(new Call.DeleteLoadBalancer(name));
        }

        @Override
        public List<LoadBalancerStatus> describeLoadBalancers(Collection<String> names) {
            return client.call(new Call.DescribeLoadBalancers(List.copyOf(names)))
                    .loadBalancers();
        }

        @Override
        public void putRecords(Collection<DnsRecord> records) {
            client.call(new Call.PutRecords(List.copyOf(records)));
        }

        @Override
        public void deleteRecords(Collection<String> names) {
            client.call(new Call.DeleteRecords(List.copyOf(names)));
        }

        @Override
        public List<DnsRecord> describeRecords() {
            return client.call(new Call.DescribeRecords()).records();
        }
    }
}
