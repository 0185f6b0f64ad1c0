package io.i2kit.apiserver.registry.apps;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.ClaimRules;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.IntOrPercent;
import io.i2kit.apiserver.registry.core.PodTemplates;
import io.i2kit.apiserver.registry.core.SelectorMatch;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** StatefulSets: {@code pkg/registry/apps/statefulset}, {@code pkg/apis/apps/v1/defaults.go} and {@code …/validation}. */
final class StatefulSetStrategy extends SpecStrategy {
    private static final String ROLLING_UPDATE = "RollingUpdate";
    private static final List<String> RETENTION = List.of("Retain", "Delete");
    private static final List<String> IMMUTABLE = List.of("selector", "volumeClaimTemplates");

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        absent(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = spec.withObjectProperty("updateStrategy");
        if (text(strategy, "type").isEmpty()) {
            strategy.put("type", ROLLING_UPDATE);
            strategy.withObjectProperty("rollingUpdate");
        }
        if (text(strategy, "type").equals(ROLLING_UPDATE)
                && strategy.get("rollingUpdate") instanceof ObjectNode rolling) {
            number(rolling, "partition", 0);
            number(rolling, "maxUnavailable", 1);
        }
        ObjectNode retention = spec.withObjectProperty("persistentVolumeClaimRetentionPolicy");
        absent(retention, "whenDeleted", "Retain");
        absent(retention, "whenScaled", "Retain");
        number(spec, "replicas", 1);
        number(spec, "revisionHistoryLimit", 10);
        PodTemplates.setDefaults(spec.withObjectProperty("template"));
        for (JsonNode claim : spec.path("volumeClaimTemplates")) {
            claim((ObjectNode) claim);
        }
    }

    private static void claim(ObjectNode claim) {
        absent(claim, "apiVersion", "v1");
        absent(claim, "kind", "PersistentVolumeClaim");
        ClaimRules.setDefaults(claim.withObjectProperty("spec"));
        absent(claim.withObjectProperty("status"), "phase", "Pending");
    }

    private static void absent(ObjectNode owner, String field, String value) {
        if (text(owner, field).isEmpty()) {
            owner.put(field, value);
        }
    }

    private static void number(ObjectNode owner, String field, int value) {
        if (!owner.has(field)) {
            owner.put(field, value);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").put("replicas", 0).put("availableReplicas", 0);
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        Names.dns1123Label(name, prefix, problems);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        spec(object.path("spec"), true, new FieldChecks(errors), errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        spec(spec, false, checks, errors);
        for (String field : IMMUTABLE) {
            checks.immutable(spec.path(field), old.path("spec").path(field), "spec." + field);
        }
        for (String field : List.of("serviceName", "podManagementPolicy")) {
            checks.sameText(spec, old.path("spec"), field, "spec");
        }
    }

    private static void spec(JsonNode spec, boolean created, FieldChecks checks, Consumer<FieldError> errors) {
        String management = text(spec, "podManagementPolicy");
        if (!List.of("OrderedReady", "Parallel").contains(management)) {
            checks.invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'");
        }
        strategy(spec.path("updateStrategy"), checks);
        for (String when : List.of("whenDeleted", "whenScaled")) {
            JsonNode policy = spec.path("persistentVolumeClaimRetentionPolicy").path(when);
            if (!RETENTION.contains(policy.asString(""))) {
                checks.notSupported("spec.persistentVolumeClaimRetentionPolicy." + when, policy, RETENTION);
            }
        }
        JsonNode claims = spec.path("volumeClaimTemplates");
        for (int i = 0; created && i < claims.size(); i++) {
            ClaimRules.validate(claims.path(i).path("spec"), "spec.volumeClaimTemplates[" + i + "].spec", checks);
        }
        checks.nonNegative(spec, List.of("replicas", "minReadySeconds"), "spec");
        checks.nonNegative(spec.path("ordinals"), "start", "spec.ordinals");
        if (created && !text(spec, "serviceName").isEmpty()) {
            checks.label(text(spec, "serviceName"), "spec.serviceName");
        }
        JsonNode selector = spec.path("selector");
        if (selector.isMissingNode()) {
            checks.required("spec.selector", "");
        } else {
            checks.selector(selector, "spec.selector");
            if (SelectorMatch.isEmpty(selector)) {
                checks.invalid("spec.selector", selector, "empty selector is invalid for statefulset");
            }
        }
        if (SelectorMatch.isValid(selector)) {
            template(spec, checks, errors);
        } else {
            checks.invalid("spec.selector", selector, "");
        }
        PodTemplates.validateRunsAlways(spec.path("template"), "StatefulSet", checks);
    }

    private static void template(JsonNode spec, FieldChecks checks, Consumer<FieldError> errors) {
        JsonNode template = withClaims(spec);
        JsonNode labels = template.path("metadata").path("labels");
        JsonNode selector = spec.path("selector");
        if (!SelectorMatch.isEmpty(selector) && !SelectorMatch.matches(selector, labels)) {
            checks.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        PodTemplates.validate(template, "spec.template", errors);
    }

    /** The template as Pods get it: a claim template stands for the volume of its name; the controller sets the host's names. */
    private static JsonNode withClaims(JsonNode spec) {
        if (!(spec.path("template").deepCopy() instanceof ObjectNode template)) {
            return spec.path("template");
        }
        if (template.get("spec") instanceof ObjectNode pod) {
            pod.remove(List.of("subdomain", "hostname"));
            ArrayNode volumes = Json.MAPPER.createArrayNode();
            List<String> claims = spec.path("volumeClaimTemplates")
                    .valueStream()
                    .map(claim -> text(claim.path("metadata"), "name"))
                    .toList();
            claims.forEach(name -> volumes.addObject()
                    .put("name", name)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", name));
            pod.path("volumes").forEach(volume -> {
                if (!claims.contains(text(volume, "name"))) {
                    volumes.add(volume);
                }
            });
            pod.set("volumes", volumes);
        }
        return template;
    }

    private static void strategy(JsonNode strategy, FieldChecks checks) {
        String path = "spec.updateStrategy";
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (text(strategy, "type")) {
            case ROLLING_UPDATE -> {
                String here = path + ".rollingUpdate";
                checks.nonNegative(rolling, "partition", here);
                JsonNode most = rolling.path("maxUnavailable");
                IntOrPercent.validate(most, here + ".maxUnavailable", checks);
                if (!most.isMissingNode() && IntOrPercent.value(most) == 0) {
                    checks.invalid(here + ".maxUnavailable", most, "cannot be 0");
                }
                IntOrPercent.atMost100(most, here + ".maxUnavailable", checks);
            }
            case "OnDelete" -> {
                if (rolling.isObject()) {
                    checks.invalid(
                            path + ".rollingUpdate",
                            goStyle(rolling),
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            default -> {
                ObjectNode shown = Json.object().put("Type", text(strategy, "type"));
                shown.set("RollingUpdate", rolling.isObject() ? goStyle(rolling) : null);
                checks.invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'");
            }
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static ObjectNode goStyle(JsonNode rolling) {
        ObjectNode shown =
                Json.object().put("Partition", rolling.path("partition").asInt(0));
        shown.set("MaxUnavailable", rolling.get("maxUnavailable"));
        return shown;
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode status = object.path("status");
        List<String> parts = List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
        checks.nonNegative(status, "replicas", "status");
        checks.nonNegative(status, parts, "status");
        checks.nonNegative(status, List.of("observedGeneration", "collisionCount"), "status");
        for (String part : parts) {
            if (status.path(part).asLong(0) > status.path("replicas").asLong(0)) {
                checks.invalid("status." + part, status.path(part), "cannot be greater than status.replicas");
            }
        }
        JsonNode available = status.path("availableReplicas");
        if (available.asLong(0) > status.path("readyReplicas").asLong(0)) {
            checks.invalid("status.availableReplicas", available, "cannot be greater than status.readyReplicas");
        }
        StatusRules.collisionsNeverFall(object, old, checks);
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode spec = object.path("spec");
        if (old == null || !Json.same(spec, old.path("spec"))) {
            PodTemplates.warnings(spec.path("template"), "spec.template", warnings);
        }
        // Upstream's own spelling on updates.
        String below = old == null ? "" : ".Spec";
        for (int i = 0; i < spec.path("volumeClaimTemplates").size(); i++) {
            ClaimRules.warnings(
                    spec.path("volumeClaimTemplates").path(i).path("spec"),
                    "spec.volumeClaimTemplates[" + i + "]" + below,
                    warnings);
        }
        if (spec.path("revisionHistoryLimit").asInt(0) < 0) {
            warnings.accept(
                    "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is"
                            + " recommended");
        }
    }
}
