package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.apps.ModelBuilder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machine, pod-status and node controllers, joined to the changes that concern them. */
public final class PodControllers implements AutoCloseable {
    static final String BY_OWNER = "owner";
    static final String BY_OWNER_KEY = "ownerKey";
    static final String BY_GROUP = "group";
    static final String BY_NODE = "node";

    /** Passes mostly wait for the cloud. */
    private static final int MACHINE_WORKERS = 16;

    private static final int STATUS_WORKERS = 8;

    private final Stacks stacks;
    private final StackDeployer deployer;
    private final Machines machines = new Machines();
    private final ReferenceIndex references = new ReferenceIndex();
    private final GuestWatches watches;
    private final GuestNodeProxy nodeProxy;
    private final CloudNotices notices;
    private final Informer<PodView> pods;
    private final VirtualNodes nodes;
    private final WorkQueue nodeQueue;
    private final WorkQueue machineQueue;
    private final WorkQueue statusQueue;

    /**
     * The frame that controllers run in.
     *
     * @param clock of Pod status and back-off
     */
    public record Frame(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder events,
            Clock clock) {}

    /**
     * The cloud's side.
     *
     * @param records of stacks, of all kinds
     * @param secrets of the machines' guests
     */
    public record CloudSide(
            Cloud cloud,
            StackRecords records,
            ImageLookup images,
            GuestClient guests,
            AgentSecrets secrets,
            ClusterSettings settings) {}

    /** Registers them; to be called before the informers start, which in turn start before the manager. */
    public static PodControllers register(Frame frame, CloudSide side) {
        return new PodControllers(frame, side, side.guests()::status);
    }

    PodControllers(Frame frame, CloudSide side, GuestWatches.StatusSource guests) {
        ObjectClient client = frame.client();
        PodEvents events = new PodEvents(client, frame.events());
        stacks = new Stacks(side.records());
        deployer = new StackDeployer(side.cloud(), stacks);
        pods = frame.informers()
                .create(
                        PodView.PODS,
                        PodView::of,
                        Map.of(
                                BY_OWNER,
                                (key, pod) -> List.of(pod.ownerUid()),
                                BY_OWNER_KEY,
                                (key, pod) -> List.of(text(pod.owner())),
                                BY_GROUP,
                                (key, pod) -> pod.group().isEmpty() ? List.of() : List.of(pod.group()),
                                BY_NODE,
                                (key, pod) -> pod.node().isEmpty() ? List.of() : List.of(pod.node())));
        nodes = new VirtualNodes(client, pods, frame.clock());
        nodeQueue = frame.manager().register(nodes, 1);
        statusQueue = frame.manager()
                .register(new PodStatusReconciler(client, pods, machines, events, frame.clock()), STATUS_WORKERS);
        watches = new GuestWatches(guests, this::guestSays);
        WorkloadDeployer workloads = workloads(frame, side, events);
        machineQueue = frame.manager().register(reconciler(frame, side, events, workloads), MACHINE_WORKERS);
        nodeProxy = new GuestNodeProxy(
                machines, side.guests(), side.secrets(), side.cloud().groups());
        notices = new CloudNotices(deployer.groups(), stacks, workloads::building, machineQueue);
        listen(frame.informers());
        side.cloud().onChange(notices::changed);
        stacks.owners().forEach(machineQueue::add);
    }

    /** How the API reaches the guests of Pods. */
    public NodeProxy nodeProxy() {
        return nodeProxy;
    }

    /** The deployer, for stacks of other kinds. */
    public StackDeployer deployer() {
        return deployer;
    }

    @Override
    public void close() {
        notices.close();
        watches.close();
    }

    private WorkloadDeployer workloads(Frame frame, CloudSide side, PodEvents events) {
        ImageFailures failures = new ImageFailures(frame.clock());
        WorkloadImages images = new WorkloadImages(frame.client(), side.images(), failures, events, this::again);
        WorkloadReader reader = new WorkloadReader(frame.client());
        return new WorkloadDeployer(
                new ModelBuilder(side.settings()), deployer, reader, side.secrets(), failures, images, events);
    }

    private WorkloadReconciler reconciler(Frame frame, CloudSide side, PodEvents events, WorkloadDeployer workloads) {
        ObjectClient client = frame.client();
        MachineEnder ender = new MachineEnder(client, side.cloud().groups(), deployer.groups(), events);
        MachineBinder binder = new MachineBinder(client, side.cloud().groups(), deployer.groups(), machines, events);
        GuestListener listener = new GuestListener(watches, side.secrets());
        MachineSide machineSide = new MachineSide(
                machines,
                ender,
                binder,
                listener,
                new LaunchProblems(events),
                new SilentMachines(machines, events, frame.clock()),
                nodes);
        Retirement retirement = new Retirement(pods, stacks, deployer, machineSide, statusQueue);
        return new WorkloadReconciler(
                client,
                pods,
                new ModelBuilder(side.settings()),
                new WorkloadParts(
                        stacks, deployer.groups(), references, workloads, machineSide, retirement, statusQueue));
    }

    private void again(ObjectKey workload) {
        machineQueue.add(workload);
    }

    private void listen(InformerFactory informers) {
        pods.onChange((key, before, after) -> podChanged(key, before, after));
        informers
                .create(PodView.REPLICA_SETS, StoredObject::revision, Map.of())
                .onChange((key, before, after) -> machineQueue.add(key));
        informers
                .create("nodes", StoredObject::revision, Map.of())
                .onChange((key, before, after) -> nodeQueue.add(key));
        for (String resource : List.of("configmaps", "secrets", WorkloadReader.SERVICE_ACCOUNTS)) {
            informers
                    .create(resource, StoredObject::revision, Map.of())
                    .onChange((key, before, after) -> references.readersOf(key).forEach(machineQueue::add));
        }
    }

    /** A Pod concerns its owner, before and now, and the holder of its machine where that is another. */
    private void podChanged(ObjectKey key, @Nullable PodView before, @Nullable PodView after) {
        for (PodView pod : new @Nullable PodView[] {before, after}) {
            if (pod == null) {
                continue;
            }
            machineQueue.add(pod.owner());
            ObjectKey holder = pod.group().isEmpty() ? null : stacks.ownerOfGroup(pod.group());
            if (holder != null) {
                machineQueue.add(holder);
            }
        }
        if (before != null && !before.node().isEmpty()) {
            nodeQueue.add(VirtualNodes.key(before.node()));
        }
        if (after == null) {
            // A bare Pod's stack goes with it.
            machineQueue.add(key);
        } else {
            statusQueue.add(key);
        }
    }

    private void guestSays(String instance, GuestStatus status) {
        boolean changed = machines.guestSays(instance, status);
        Machines.Known known = machines.instance(instance);
        if (!changed || known == null) {
            return;
        }
        boolean bound = false;
        for (PodView pod : pods.byIndex(BY_GROUP, known.instance().group())) {
            if (pod.instance().equals(instance)) {
                statusQueue.add(pod.key());
                bound = true;
            }
        }
        ObjectKey holder = bound ? null : stacks.ownerOfGroup(known.instance().group());
        if (holder != null) {
            // It may have named itself.
            machineQueue.add(holder);
        }
    }

    static String text(ObjectKey key) {
        return key.resource() + "/" + key.namespace() + "/" + key.name();
    }
}
