package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plugin/pkg/admission/defaulttolerationseconds}: a Pod outlives its node's silence by five minutes. */
final class DefaultTolerations implements Admission {
    private static final int SECONDS = 300;
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    @Override
    public void admit(AdmissionRequest request) {
        if (request.writes("pods") && request.state().get("spec") instanceof ObjectNode spec) {
            TAINTS.stream().filter(taint -> !tolerates(spec, taint)).toList().forEach(taint -> add(spec, taint));
        }
    }

    private static boolean tolerates(JsonNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = text(toleration, "key");
            String effect = text(toleration, "effect");
            if ((key.equals(taint) || key.isEmpty()) && (effect.equals("NoExecute") || effect.isEmpty())) {
                return true;
            }
        }
        return false;
    }

    private static void add(ObjectNode spec, String taint) {
        spec.withArrayProperty("tolerations")
                .addObject()
                .put("key", taint)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", SECONDS);
    }
}
