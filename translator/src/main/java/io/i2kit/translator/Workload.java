package io.i2kit.translator;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What machines run for: a ReplicaSet with its template, or a bare Pod.
 *
 * @param kind {@code ReplicaSet} or {@code Pod}
 * @param labels of the template
 * @param annotations of the template
 */
public record Workload(
        String kind,
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        Map<String, String> annotations,
        PodSpec spec) {
    public Workload {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** A ReplicaSet's. */
    public static Workload of(ReplicaSet replicaSet) {
        ObjectMeta template = replicaSet.getSpec().getTemplate().getMetadata();
        return of(
                "ReplicaSet",
                replicaSet.getMetadata(),
                template == null ? new ObjectMeta() : template,
                replicaSet.getSpec().getTemplate().getSpec());
    }

    /** A Pod that no ReplicaSet controls. */
    public static Workload of(Pod pod) {
        ObjectMeta own = pod.getMetadata();
        return of("Pod", own, own, pod.getSpec());
    }

    /** Whether it is one Pod by itself. */
    public boolean isBarePod() {
        return kind.equals("Pod");
    }

    /** What its {@code nodeSelector} asks of a node's label; null when nothing. */
    public @Nullable String selected(String label) {
        return orEmpty(spec.getNodeSelector()).get(label);
    }

    private static Workload of(String kind, ObjectMeta owner, ObjectMeta template, PodSpec spec) {
        return new Workload(
                kind,
                owner.getNamespace(),
                owner.getName(),
                owner.getUid(),
                orEmpty(template.getLabels()),
                templateAnnotations(template),
                spec);
    }

    /** Annotations without those that i2kit itself writes: they change while the machines run the same template. */
    private static Map<String, String> templateAnnotations(ObjectMeta template) {
        Map<String, String> annotations = new TreeMap<>(orEmpty(template.getAnnotations()));
        annotations.keySet().removeIf(name -> name.startsWith("i2kit.io/"));
        return annotations;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
