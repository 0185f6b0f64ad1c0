package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Meta;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which container a request means ({@code k8s.io/kubernetes/pkg/registry/core/pod/strategy.go}, validateContainer). */
final class PodContainers {
    private PodContainers() {}

    /**
     * @param asked empty for the only one
     * @throws ApiException when there is no such container, or when several could be meant
     */
    static String choose(ObjectNode pod, String asked) {
        List<String> all = new ArrayList<>(names(pod, "initContainers"));
        List<String> main = names(pod, "containers");
        all.addAll(main);
        all.addAll(names(pod, "ephemeralContainers"));
        if (!asked.isEmpty()) {
            if (!all.contains(asked)) {
                throw ApiException.badRequest("container " + asked + " is not valid for pod " + Meta.name(pod));
            }
            return asked;
        }
        if (main.size() == 1) {
            return main.getFirst();
        }
        throw ApiException.badRequest("a container name must be specified for pod " + Meta.name(pod)
                + ", choose one of: [" + String.join(" ", all) + "]");
    }

    private static List<String> names(ObjectNode pod, String field) {
        List<String> names = new ArrayList<>();
        for (JsonNode container : pod.path("spec").path(field)) {
            names.add(container.path("name").asString(""));
        }
        return names;
    }
}
