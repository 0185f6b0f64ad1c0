package io.i2kit.apiserver.registry.certificates;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * CertificateSigningRequests: {@code pkg/registry/certificates/certificates/strategy.go} and {@code pkg/apis/certificates/validation}.
 * The request never changes; approval and the certificate come through {@code /approval} and {@code /status}. Who asks is written by
 * the server before the strategy sees the object.
 */
final class CertificateRequestStrategy extends SpecStrategy {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");
    private static final List<String> LASTING = List.of("Approved", "Denied", "Failed");

    private final Clock clock;

    CertificateRequestStrategy(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status");
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        keep(object, old, "spec");
        keep(object, old, "status");
    }

    /** {@code /approval}. */
    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode object, ObjectNode old) {
        keep(object, old, "spec");
        stamp(object, old);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, ObjectNode old) {
        super.prepareForStatusUpdate(object, old);
        stamp(object, old);
    }

    /** Times of conditions that came without. */
    private void stamp(ObjectNode object, ObjectNode old) {
        String now = Meta.time(clock.instant());
        for (JsonNode each : object.path("status").path("conditions")) {
            if (each instanceof ObjectNode condition) {
                if (FieldChecks.text(condition, "lastUpdateTime").isEmpty()) {
                    condition.put("lastUpdateTime", now);
                }
                if (FieldChecks.text(condition, "lastTransitionTime").isEmpty()) {
                    condition.put("lastTransitionTime", since(condition, old, now));
                }
            }
        }
    }

    private static String since(JsonNode condition, ObjectNode old, String now) {
        for (JsonNode before : old.path("status").path("conditions")) {
            boolean same = before.path("type").equals(condition.path("type"))
                    && before.path("status").equals(condition.path("status"));
            if (same && !FieldChecks.text(before, "lastTransitionTime").isEmpty()) {
                return FieldChecks.text(before, "lastTransitionTime");
            }
        }
        return now;
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        // Any name will do.
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        CertificateRequestRules.spec(object.path("spec"), checks);
        CertificateRequestRules.status(object.path("status"), checks);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        change(object, old, false, false, errors);
    }

    @Override
    public void validateSubresourceUpdate(
            String subresource, ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        change(object, old, true, false, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        change(object, old, false, true, errors);
    }

    private void change(
            ObjectNode object, ObjectNode old, boolean mayDecide, boolean mayIssue, Consumer<FieldError> errors) {
        validate(object, errors);
        FieldChecks checks = new FieldChecks(errors);
        String path = "status.conditions";
        for (String type : LASTING) {
            List<JsonNode> before = conditions(old, type);
            List<JsonNode> after = conditions(object, type);
            String named = " a condition of type \"" + type + "\"";
            if (after.size() < before.size()) {
                checks.forbidden(path, "updates may not remove" + named);
            } else if (!mayDecide && DECISIONS.contains(type)) {
                if (after.size() > before.size()) {
                    checks.forbidden(path, "updates may not add" + named);
                } else if (!same(before, after)) {
                    checks.forbidden(path, "updates may not modify" + named);
                }
            }
        }
        String certificate = FieldChecks.text(object.path("status"), "certificate");
        String former = FieldChecks.text(old.path("status"), "certificate");
        if (!certificate.equals(former) && !mayIssue) {
            checks.forbidden("status.certificate", "updates may not set certificate content");
        } else if (!certificate.equals(former) && !former.isEmpty()) {
            checks.forbidden("status.certificate", "updates may not modify existing certificate content");
        }
    }

    private static boolean same(List<JsonNode> before, List<JsonNode> after) {
        ArrayNode left = Json.MAPPER.createArrayNode().addAll(before);
        return Json.same(left, Json.MAPPER.createArrayNode().addAll(after));
    }

    private static List<JsonNode> conditions(ObjectNode object, String type) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (FieldChecks.text(condition, "type").equals(type)) {
                found.add(condition);
            }
        }
        return found;
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.signerName");
    }
}
