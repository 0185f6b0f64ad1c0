package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** CSIDrivers: {@code pkg/registry/storage/csidriver/strategy.go} and {@code pkg/apis/storage/validation}. */
final class CsiDriverStrategy implements RestStrategy {
    private static final List<String> GROUP_POLICIES = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final List<String> LIFECYCLES = List.of("Persistent", "Ephemeral");
    private static final long MIN_TOKEN_SECONDS = 600;
    private static final long MIN_UPDATE_SECONDS = 10;
    private static final String TOKENS_IN_SECRETS = "serviceAccountTokenInSecrets";

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObject("spec");
        truth(spec, "attachRequired", true);
        truth(spec, "podInfoOnMount", false);
        truth(spec, "storageCapacity", false);
        truth(spec, "requiresRepublish", false);
        truth(spec, "seLinuxMount", false);
        truth(spec, "preventPodSchedulingIfMissing", false);
        if (!spec.has("fsGroupPolicy")) {
            spec.put("fsGroupPolicy", "ReadWriteOnceWithFSType");
        }
        if (spec.path("volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
    }

    private static void truth(ObjectNode spec, String field, boolean value) {
        if (!spec.has(field)) {
            spec.put(field, value);
        }
    }

    /** Nothing counts it at first: the first change makes it 1. */
    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        if (!Json.same(object.path("spec"), old.path("spec"))) {
            Meta.setGeneration(object, Meta.generation(old) + 1);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        if (!GROUP_POLICIES.contains(FieldChecks.text(spec, "fsGroupPolicy"))) {
            checks.notSupported("spec.fsGroupPolicy", spec.path("fsGroupPolicy"), GROUP_POLICIES);
        }
        tokens(spec.path("tokenRequests"), checks);
        for (JsonNode mode : spec.path("volumeLifecycleModes")) {
            if (!LIFECYCLES.contains(mode.asString(""))) {
                checks.notSupported("spec.volumeLifecycleModes", mode, LIFECYCLES);
            }
        }
        JsonNode period = spec.path("nodeAllocatableUpdatePeriodSeconds");
        if (period.isNumber() && period.asLong() < MIN_UPDATE_SECONDS) {
            checks.invalid(
                    "spec.nodeAllocatableUpdatePeriodSeconds", period, "must be greater than or equal to 10 seconds");
        }
        if (spec.has(TOKENS_IN_SECRETS) && spec.path("tokenRequests").isEmpty()) {
            checks.invalid(
                    "spec." + TOKENS_IN_SECRETS,
                    spec.path(TOKENS_IN_SECRETS),
                    "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
        }
    }

    private static void tokens(JsonNode requests, FieldChecks checks) {
        Set<String> audiences = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            String path = "spec.tokenRequests[" + i + "]";
            String audience = FieldChecks.text(requests.path(i), "audience");
            JsonNode seconds = requests.path(i).path("expirationSeconds");
            if (!audiences.add(audience)) {
                checks.duplicate(path + ".audience", audience);
            } else if (seconds.isNumber() && seconds.asLong() < MIN_TOKEN_SECONDS) {
                checks.invalid(path + ".expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
            } else if (seconds.isNumber() && seconds.asLong() > 1L << 32) {
                checks.invalid(
                        path + ".expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        checks.immutable(spec.path("attachRequired"), before.path("attachRequired"), "spec.attachedRequired");
        checks.immutable(
                spec.path("volumeLifecycleModes"), before.path("volumeLifecycleModes"), "spec.volumeLifecycleModes");
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode spec = object.path("spec");
        JsonNode requests = spec.path("tokenRequests");
        boolean changed = old == null || !Json.same(requests, old.path("spec").path("tokenRequests"));
        if (changed && !requests.isEmpty() && !spec.has(TOKENS_IN_SECRETS)) {
            warnings.accept(
                    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to"
                            + " prevent possible logging of tokens in volume attributes");
        }
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
