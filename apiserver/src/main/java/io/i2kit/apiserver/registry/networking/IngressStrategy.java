package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Ingresses: {@code pkg/registry/networking/ingress/strategy.go} and {@code pkg/apis/networking/validation}. */
final class IngressStrategy extends SpecStrategy {
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").putObject("loadBalancer");
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        new IngressValidation(spec, checks).validate(true, true);
        JsonNode annotation = annotation(object);
        if (annotation.isString()
                && spec.has("ingressClassName")
                && !annotation.asString().equals(text(spec, "ingressClassName"))) {
            checks.invalid(
                    "annotations." + CLASS_ANNOTATION,
                    annotation,
                    "must match `ingressClassName` when both are specified");
        }
    }

    private static JsonNode annotation(JsonNode object) {
        return object.path("metadata").path("annotations").path(CLASS_ANNOTATION);
    }

    /** What was stored before a rule was made stays valid. */
    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        IngressValidation before = new IngressValidation(old.path("spec"), new FieldChecks(error -> {}));
        new IngressValidation(object.path("spec"), new FieldChecks(errors))
                .validate(before.secretNamesAreValid(), before.wildcardRulesAreValid());
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        List<String> known = new ArrayList<>();
        points(old).forEach(point -> known.add(text(point, "ip")));
        JsonNode points = points(object);
        for (int i = 0; i < points.size(); i++) {
            String path = "status.loadBalancer.ingress[" + i + "]";
            String ip = text(points.path(i), "ip");
            if (!ip.isEmpty() && !known.contains(ip)) {
                NetworkRules.address(checks, ip, path + ".ip");
            }
            String host = text(points.path(i), "hostname");
            if (!host.isEmpty()) {
                checks.subdomain(host, path + ".hostname");
                if (NetworkRules.isAddress(host)) {
                    checks.invalid(path + ".hostname", host, "must be a DNS name, not an IP address");
                }
            }
        }
    }

    private static JsonNode points(JsonNode object) {
        return object.path("status").path("loadBalancer").path("ingress");
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        boolean onlyAnnotated =
                annotation(object).isString() && !object.path("spec").has("ingressClassName");
        if (old == null && onlyAnnotated) {
            warnings.accept("annotation \"" + CLASS_ANNOTATION
                    + "\" is deprecated, please use 'spec.ingressClassName' instead");
        }
    }
}
