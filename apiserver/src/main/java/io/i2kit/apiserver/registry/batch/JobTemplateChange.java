package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an update may change of a Job's Pod template: nothing while it runs; where Pods go and what they ask for while it is
 * suspended and none is there ({@code validatePodTemplateUpdate}).
 */
final class JobTemplateChange {
    private final JsonNode template;
    private final JsonNode before;
    private final boolean suspended;
    private final boolean mutable;

    JobTemplateChange(JsonNode job, JsonNode old) {
        this.template = job.path("spec").path("template");
        this.before = old.path("spec").path("template");
        this.suspended = old.path("spec").path("suspend").asBoolean(false);
        boolean notStarted = !old.path("status").has("startTime");
        this.mutable = suspended
                && (notStarted || JobStatusValidation.isTrue(old, "Suspended"))
                && old.path("status").path("active").asLong(0) == 0;
    }

    void validate(FieldChecks checks) {
        JsonNode allowed = mutable ? withDirectives() : before;
        if (!suspended || !mutable) {
            checks.immutable(template, allowed, "spec.template");
            return;
        }
        JsonNode pod = allowed.path("spec").deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            JsonNode now = template.path("spec").path(list);
            for (int i = 0; now.size() == pod.path(list).size() && i < now.size(); i++) {
                if (text(now.path(i), "name").equals(text(pod.path(list).path(i), "name"))) {
                    copy(now.path(i), (ObjectNode) pod.path(list).path(i), "resources");
                }
            }
        }
        checks.immutable(template.path("spec"), pod, "spec.template.spec");
    }

    /** The old template with the new one's scheduling directives. */
    private JsonNode withDirectives() {
        ObjectNode allowed = (ObjectNode) before.deepCopy();
        ObjectNode pod = allowed.withObjectProperty("spec");
        JsonNode now = template.path("spec");
        for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
            copy(now, pod, field);
        }
        JsonNode affinity = now.path("affinity").path("nodeAffinity");
        if (!affinity.isMissingNode()) {
            pod.withObjectProperty("affinity").set("nodeAffinity", affinity);
        } else if (pod.get("affinity") instanceof ObjectNode own) {
            own.remove("nodeAffinity");
            if (own.isEmpty() && !now.has("affinity")) {
                pod.remove("affinity");
            }
        }
        ObjectNode metadata = allowed.withObjectProperty("metadata");
        copy(template.path("metadata"), metadata, "labels");
        copy(template.path("metadata"), metadata, "annotations");
        return allowed;
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value);
        }
    }
}
