package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code plugin/pkg/admission/serviceaccount}: a Pod runs as an account of its namespace and pulls with that account's secrets.
 * No token is mounted (the rule table says so), so the account {@code default} may still be in the making.
 */
final class ServiceAccounts implements Admission {
    private static final String DEFAULT = "default";

    private final StoredObjects objects;

    ServiceAccounts(StoredObjects objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.writes("pods") || !(request.state().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        ObjectNode old = request.old();
        if (old == null) {
            fillIn(request, spec);
            return;
        }
        // A manifest that is put again leaves out what was filled in.
        for (String field : List.of("serviceAccountName", "serviceAccount")) {
            JsonNode before = old.path("spec").get(field);
            if (before != null && !spec.has(field)) {
                spec.set(field, before.deepCopy());
            }
        }
    }

    private void fillIn(AdmissionRequest request, ObjectNode spec) {
        String name = text(spec, "serviceAccountName");
        if (name.isEmpty()) {
            name = DEFAULT;
            spec.put("serviceAccountName", name);
            spec.put("serviceAccount", name);
        }
        ObjectNode account = account(request, name);
        JsonNode secrets = account == null ? null : account.get("imagePullSecrets");
        if (secrets != null
                && !secrets.isEmpty()
                && spec.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", secrets);
        }
    }

    private @Nullable ObjectNode account(AdmissionRequest request, String name) {
        ObjectNode account = objects.get("serviceaccounts", request.namespace(), name);
        if (account == null && !name.equals(DEFAULT)) {
            throw request.forbidden("error looking up service account " + request.namespace() + "/" + name
                    + ": serviceaccount \"" + name + "\" not found");
        }
        return account;
    }
}
