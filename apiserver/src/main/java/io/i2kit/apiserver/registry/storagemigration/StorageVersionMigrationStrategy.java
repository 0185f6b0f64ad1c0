package io.i2kit.apiserver.registry.storagemigration;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.StatusStrategy;
import io.i2kit.apiserver.registry.core.ConditionRules;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * StorageVersionMigrations: {@code pkg/registry/storagemigration/storagemigration/strategy.go} and
 * {@code pkg/apis/storagemigration/validation}.
 */
final class StorageVersionMigrationStrategy extends StatusStrategy {
    private static final String RESOURCE = "spec.resource.resource";
    private static final String VERSION = "resourceVersion";
    private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern REVISION = Pattern.compile("[1-9][0-9]*");

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode resource = object.path("spec").path("resource");
        String name = text(resource, "resource");
        if (name.isEmpty()) {
            checks.required(RESOURCE, "resource is required to be set");
        } else if (name.length() > 63 || !LABEL_1035.matcher(name).matches()) {
            String length = name.length() > 63 ? "must be no more than 63 characters" : "";
            String form = LABEL_1035.matcher(name).matches()
                    ? ""
                    : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                            + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used"
                            + " for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
            checks.invalid(RESOURCE, name, length + (length.isEmpty() || form.isEmpty() ? "" : ",") + form);
        }
        if (!text(resource, "group").isEmpty()) {
            checks.subdomain(text(resource, "group"), "spec.resource.group");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        new FieldChecks(errors).immutable(goStyle(object), goStyle(old), "spec");
    }

    /** As upstream shows it: its internal type has no JSON names. */
    private static JsonNode goStyle(JsonNode object) {
        JsonNode resource = object.path("spec").path("resource");
        ObjectNode shown = Json.object();
        shown.putObject("Resource").put("group", text(resource, "group")).put("resource", text(resource, "resource"));
        return shown;
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode status = object.path("status");
        String path = "status." + VERSION;
        String version = text(status, VERSION);
        String before = text(old.path("status"), VERSION);
        if (!version.isEmpty() && !REVISION.matcher(version).matches()) {
            checks.invalid(path, version, "resource version is not well formed: " + version);
        }
        JsonNode conditions = status.path("conditions");
        ConditionRules.validate(conditions, "status.conditions", checks);
        if (!before.isEmpty() && !before.equals(version)) {
            checks.invalid(path, version, "field is immutable");
        }
        boolean success = is(conditions, "Succeeded");
        boolean failure = is(conditions, "Failed");
        if (success && failure) {
            checks.invalid(
                    "status.conditions",
                    conditions,
                    "Both success and failed conditions cannot be true at the same time");
        }
        JsonNode former = old.path("status").path("conditions");
        if (is(former, "Succeeded") && !success) {
            checks.invalid("status.conditions", conditions, "Success condition cannot be set to false once it is true");
        }
        if (is(former, "Failed") && !failure) {
            checks.invalid("status.conditions", conditions, "Failed condition cannot be set to false once it is true");
        }
    }

    private static boolean is(JsonNode conditions, String type) {
        return conditions
                .valueStream()
                .anyMatch(condition -> text(condition, "type").equals(type)
                        && text(condition, "status").equals("True"));
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
