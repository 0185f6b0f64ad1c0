package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.typed.TypedObjects;
import io.i2kit.translator.Workload;
import io.i2kit.translator.linuxkit.References;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads workloads and what they refer to, as typed models. */
final class WorkloadReader {
    private static final String SECRETS = "secrets";
    private static final String CONFIG_MAPS = "configmaps";
    static final String SERVICE_ACCOUNTS = "serviceaccounts";

    /** As on EKS, where a webhook reads it. */
    private static final String ROLE = "eks.amazonaws.com/role-arn";

    private final ObjectClient client;

    WorkloadReader(ObjectClient client) {
        this.client = client;
    }

    static Workload workload(ObjectKey key, ObjectNode owner) {
        return key.resource().equals(PodView.PODS)
                ? Workload.of(TypedObjects.read(owner, Pod.class))
                : Workload.of(TypedObjects.read(owner, ReplicaSet.class));
    }

    /** The ConfigMaps and Secrets that exist of those that the workload names. */
    References references(Workload workload) {
        References.Names names = References.namesIn(workload.spec());
        Map<String, Map<String, byte[]>> configMaps = new HashMap<>();
        for (String name : names.configMaps()) {
            ObjectNode tree = client.get(new ObjectKey(CONFIG_MAPS, workload.namespace(), name));
            if (tree != null) {
                configMaps.put(name, References.contentOf(TypedObjects.read(tree, ConfigMap.class)));
            }
        }
        Map<String, Map<String, byte[]>> secrets = new HashMap<>();
        for (String name : names.secrets()) {
            Map<String, byte[]> content = secret(workload.namespace(), name);
            if (content != null) {
                secrets.put(name, content);
            }
        }
        return new References(configMaps, secrets);
    }

    /** The account that its Pods have. */
    static ObjectKey serviceAccount(Workload workload) {
        String name = workload.spec().getServiceAccountName();
        return new ObjectKey(SERVICE_ACCOUNTS, workload.namespace(), name == null || name.isEmpty() ? "default" : name);
    }

    /** The cloud's role that its service account asks for, or empty. */
    String role(Workload workload) {
        ObjectNode account = client.get(serviceAccount(workload));
        return account == null
                ? ""
                : account.path("metadata").path("annotations").path(ROLE).asString("");
    }

    /** Credentials for its images: its own imagePullSecrets, else those of its service account, as admission copies them. */
    List<byte[]> pullSecrets(Workload workload) {
        List<String> names = new ArrayList<>();
        for (LocalObjectReference reference : workload.spec().getImagePullSecrets()) {
            names.add(reference.getName());
        }
        if (names.isEmpty()) {
            ObjectNode tree = client.get(serviceAccount(workload));
            if (tree != null) {
                tree.path("imagePullSecrets")
                        .forEach(reference -> names.add(reference.path("name").asString("")));
            }
        }
        List<byte[]> contents = new ArrayList<>();
        for (String name : names) {
            Map<String, byte[]> content = secret(workload.namespace(), name);
            if (content != null) {
                PullSecrets.dockerConfig(content).ifPresent(contents::add);
            }
        }
        return contents;
    }

    private @Nullable Map<String, byte[]> secret(String namespace, String name) {
        ObjectNode tree = client.get(new ObjectKey(SECRETS, namespace, name));
        return tree == null ? null : References.contentOf(TypedObjects.read(tree, Secret.class));
    }
}
