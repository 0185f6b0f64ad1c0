package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ObjectNode;

/** Random objects of one kind, which the seed chooses, without metadata and status. */
final class RandomObjects {
    private static final List<GroupVersionKind> KINDS = List.of(
            new GroupVersionKind("apps", "v1", "Deployment"),
            new GroupVersionKind("", "v1", "Service"),
            new GroupVersionKind("", "v1", "Pod"),
            new GroupVersionKind("", "v1", "ConfigMap"),
            new GroupVersionKind("apps", "v1", "StatefulSet"),
            new GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler"),
            new GroupVersionKind("batch", "v1", "CronJob"),
            new GroupVersionKind("networking.k8s.io", "v1", "Ingress"),
            new GroupVersionKind("networking.k8s.io", "v1", "NetworkPolicy"));

    private final GroupVersionKind kind;
    private final SchemaNode schema;
    private final RandomTrees trees;

    RandomObjects(long seed) {
        this.kind = KINDS.get(Math.floorMod(seed, KINDS.size()));
        this.schema = Objects.requireNonNull(Schema.builtIn().find(kind));
        this.trees = new RandomTrees(seed);
    }

    /** Seeds that are other ones in each run, unless {@code -Di2kit.seed} names the first. */
    static LongStream seeds(int count) {
        long first = Long.getLong("i2kit.seed", System.nanoTime() >>> 8);
        return LongStream.range(first, first + count);
    }

    SchemaNode schema() {
        return schema;
    }

    PatchTarget target() {
        return new PatchTarget(kind, "things", "x", "");
    }

    /** Only what identifies the kind. */
    ObjectNode empty() {
        ObjectNode object = Trees.tree("{}");
        return object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    }

    /** One that says something besides its kind. */
    ObjectNode next() {
        ObjectNode object = Trees.tree("{}");
        while (object.isEmpty()) {
            object = (ObjectNode) trees.value(schema);
            object.remove(List.of("status", "metadata", "apiVersion", "kind"));
        }
        return object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    }
}
