package io.i2kit.apiserver.controller.service;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.typed.TypedObjects;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.deploy.StackRecords;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackStatus;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.translator.core.NamedPod;
import io.i2kit.translator.core.ServedGroup;
import io.i2kit.translator.core.ServiceModelBuilder;
import io.i2kit.translator.core.ServiceStatusMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deploys a Service's stack and tells what came of it in {@code status.loadBalancer} and Events, with the words of Kubernetes'
 * service controller ({@code staging/src/k8s.io/cloud-provider/controllers/service/controller.go}).
 */
final class ServiceReconciler implements Reconciler {
    /** A notice comes when the cloud knows more; this is for the case that it was missed. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    /** Nobody tells when a public zone is made or a name in it is free; looking costs a call in minutes at most. */
    private static final Duration NAMES_AGAIN = Duration.ofMinutes(1);

    private final Informer<WorkloadView> replicaSets;
    private final Informer<WorkloadView> pods;
    private final ObjectClient client;
    private final ServiceEvents events;
    private final StackDeployer deployer;
    private final StackRecords records;
    private final ServiceModelBuilder builder;

    /** The uid that each Service was last deployed with: another one means that stacks of the former must go. */
    private final Map<ObjectKey, String> deployed = new ConcurrentHashMap<>();

    ServiceReconciler(
            Informer<WorkloadView> replicaSets,
            Informer<WorkloadView> pods,
            ObjectClient client,
            ServiceEvents events,
            StackDeployer deployer,
            StackRecords records,
            ServiceModelBuilder builder) {
        this.replicaSets = replicaSets;
        this.pods = pods;
        this.client = client;
        this.events = events;
        this.deployer = deployer;
        this.records = records;
        this.builder = builder;
    }

    @Override
    public String name() {
        return "service";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode object = client.get(key);
        boolean wanted =
                object != null && object.at("/metadata/deletionTimestamp").isMissingNode();
        String uid = object == null || !wanted ? "" : object.at("/metadata/uid").asString("");
        if (!uid.equals(deployed.get(key)) && !deleteStacksOfOthers(key, uid)) {
            return Result.retry("a former load balancer is still there");
        }
        if (object == null || !wanted) {
            deployed.remove(key);
            events.forget(key);
            return Result.DONE;
        }
        deployed.put(key, uid);
        return deploy(key, object);
    }

    /** Deletes the stacks of Services that had this name; answers whether nothing is left of them. */
    private boolean deleteStacksOfOthers(ObjectKey key, String uid) {
        boolean gone = true;
        for (StackRecord record : records.list()) {
            if (ServiceController.isServiceStack(record.id())
                    && ServiceController.keyOf(record.id()).equals(key)
                    && !record.id().uid().equals(uid)) {
                gone &= deployer.delete(record.id(), Duration.ZERO);
            }
        }
        return gone;
    }

    private Result deploy(ObjectKey key, ObjectNode object) {
        Service service = TypedObjects.read(object, Service.class);
        Stack stack = builder.build(service, groups(key.namespace()), namedPods(key.namespace()));
        events.ensuring(key, object);
        StackStatus status;
        try {
            status = deployer.deploy(stack, (type, reason, message) -> {});
        } catch (CloudException e) {
            events.failed(key, object, e.getMessage() == null ? e.toString() : e.getMessage());
            return Result.retry(e.toString());
        }
        LoadBalancerStatus known = status.loadBalancers().get(builder.loadBalancerName(service));
        List<LoadBalancerIngress> ingress = known == null ? List.of() : ServiceStatusMapper.ingress(service, known);
        writeStatus(key, ingress);
        events.ensured(key, object, ingress, known == null ? "" : ServiceStatusMapper.problem(known));
        events.published(key, object, status.unpublished());
        if (ServiceEvents.isLoadBalancer(object) && ingress.isEmpty()) {
            return Result.after(ASK_AGAIN);
        }
        return status.unpublished().isEmpty() ? Result.DONE : Result.after(NAMES_AGAIN);
    }

    private List<ServedGroup> groups(String namespace) {
        List<ServedGroup> groups = new ArrayList<>();
        for (Informer<WorkloadView> workloads : List.of(replicaSets, pods)) {
            for (WorkloadView workload : workloads.in(namespace)) {
                ServedGroup group = workload.group();
                if (group != null) {
                    groups.add(group);
                }
            }
        }
        return groups;
    }

    private List<NamedPod> namedPods(String namespace) {
        List<NamedPod> named = new ArrayList<>();
        for (WorkloadView workload : pods.in(namespace)) {
            NamedPod pod = workload.pod();
            if (pod != null) {
                named.add(pod);
            }
        }
        return named;
    }

    private void writeStatus(ObjectKey key, List<LoadBalancerIngress> ingress) {
        JsonNode list = TypedObjects.write(ingress);
        client.modify(key, "status", present -> withIngress(present, list));
    }

    private static @Nullable ObjectNode withIngress(@Nullable ObjectNode service, JsonNode ingress) {
        if (service == null) {
            return null;
        }
        ObjectNode loadBalancer = service.withObject("/status").withObject("/loadBalancer");
        if (ingress.isEmpty()) {
            loadBalancer.remove("ingress");
        } else {
            loadBalancer.set("ingress", ingress);
        }
        return service;
    }
}
