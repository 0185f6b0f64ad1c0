package io.i2kit.apiserver.registry.certificates;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ClusterTrustBundles: {@code pkg/registry/certificates/clustertrustbundle/strategy.go} and {@code pkg/apis/certificates/validation}.
 */
final class TrustBundleStrategy implements RestStrategy {
    private static final String SIGNER = "signerName";
    private static final String BUNDLE = "trustBundle";

    /** The rule depends on the signer: {@link #validate}. */
    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        // Any name will do here.
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        named(object, new FieldChecks(errors));
        TrustAnchors.validate(text(object.path("spec"), BUNDLE), "spec." + BUNDLE, new FieldChecks(errors));
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        named(object, checks);
        if (!text(spec, BUNDLE).equals(text(before, BUNDLE))) {
            TrustAnchors.validate(text(spec, BUNDLE), "spec." + BUNDLE, checks);
        }
        if (!text(spec, SIGNER).equals(text(before, SIGNER))) {
            checks.invalid("spec." + SIGNER, text(spec, SIGNER), "field is immutable");
        }
    }

    private static void named(ObjectNode object, FieldChecks checks) {
        String signer = text(object.path("spec"), SIGNER);
        String generated = Meta.text(object, "generateName");
        if (!generated.isEmpty()) {
            name(generated, true, signer, "metadata.generateName", checks);
        }
        if (!Meta.name(object).isEmpty()) {
            name(Meta.name(object), false, signer, "metadata.name", checks);
        }
        if (!signer.isEmpty()) {
            CertificateRequestRules.signer(signer, checks);
        }
    }

    /** {@code ValidateClusterTrustBundleName}. */
    private static void name(String name, boolean generated, String signer, String path, FieldChecks checks) {
        String prefix = signer.isEmpty() ? "" : signer.replace('/', ':') + ":";
        if (signer.isEmpty() && name.contains(":")) {
            checks.invalid(path, name, "ClusterTrustBundle without signer name must not have \":\" in its name");
        } else if (!name.startsWith(prefix)) {
            checks.invalid(
                    path, name, "ClusterTrustBundle for signerName " + signer + " must be named with prefix " + prefix);
        } else {
            Names.dns1123Subdomain(
                    name.substring(prefix.length()), generated, problem -> checks.invalid(path, name, problem));
        }
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec." + SIGNER);
    }
}
