package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.StrictDecoder.Format;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Applies a PATCH to an object. The model is {@code k8s.io/apiserver/pkg/endpoints/handlers/patch.go}, its errors are these:
 * 400 for a body that is no patch, 409 for conflicts of server-side apply, 413 for more than 10,000 operations, 415 for a strategic
 * patch of a kind without schema, 422 for a patch that fails or leads to an object that cannot be.
 */
public final class PatchApplier {
    /**
     * @param object a new tree: unknown fields dropped, defaults not set
     * @param warnings texts of {@code Warning:} headers
     */
    public record Patched(ObjectNode object, List<String> warnings) {
        public Patched {
            warnings = List.copyOf(warnings);
        }
    }

    private static final int MAX_OPERATIONS = 10_000;
    private static final int MAX_MANAGER_BYTES = 128;

    private final Schema schema;
    private final ServerSideApply apply;

    public PatchApplier(Schema schema, InstantSource clock) {
        this.schema = schema;
        this.apply = new ServerSideApply(clock);
    }

    /**
     * @param live null when the object does not exist, which only server-side apply can cure
     * @throws ApiException as the class says; 404 when the object does not exist
     */
    public Patched apply(
            PatchTarget target, PatchRequest request, @Nullable ObjectNode live, FieldValidation validation) {
        if (request instanceof PatchRequest.Apply configuration) {
            return configure(target, configuration, live, validation);
        }
        if (live == null) {
            throw ApiException.notFound(target.kind().group(), target.resource(), target.name());
        }
        return switch (request) {
            case PatchRequest.Json json -> operations(target, json, live, validation);
            case PatchRequest.Merge merge -> merge(target, merge, live, validation);
            case PatchRequest.Strategic strategic -> strategic(target, strategic, live, validation);
            case PatchRequest.Apply other -> throw new IllegalStateException("handled above: " + other);
        };
    }

    private Patched operations(
            PatchTarget target, PatchRequest.Json request, ObjectNode live, FieldValidation validation) {
        TreeReader.Tree patch = read(request.body());
        if (!patch.root().isArray()) {
            throw ApiException.badRequest("json: cannot unmarshal " + GoText.jsonKind(patch.root())
                    + " into Go value of type jsonpatch.Patch");
        }
        if (patch.root().size() > MAX_OPERATIONS) {
            throw new ApiException(
                    413,
                    "RequestEntityTooLarge",
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got "
                            + patch.root().size(),
                    null);
        }
        JsonNode patched;
        try {
            patched = JsonPatch.apply(live, patch.root());
        } catch (JsonPatch.OperationException e) {
            throw rejected();
        }
        return conform(target, patched, Shown.json(patched::toString), List.of(), validation);
    }

    private Patched merge(PatchTarget target, PatchRequest.Merge request, ObjectNode live, FieldValidation validation) {
        TreeReader.Tree patch = read(request.body());
        if (!patch.root().isObject()) {
            throw ApiException.badRequest("json: cannot unmarshal " + GoText.jsonKind(patch.root())
                    + " into Go value of type map[string]interface {}");
        }
        JsonNode patched = MergePatch.apply(live, patch.root());
        Shown shown = Shown.json(() -> MergePatch.text(live, patch.root()));
        return conform(target, patched, shown, patch.duplicates(), validation);
    }

    private Patched strategic(
            PatchTarget target, PatchRequest.Strategic request, ObjectNode live, FieldValidation validation) {
        SchemaNode root = schema.find(target.kind());
        if (root == null) {
            throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
                    null);
        }
        TreeReader.Tree patch = read(request.body());
        if (!(patch.root() instanceof ObjectNode changes)) {
            throw ApiException.badRequest("json: cannot unmarshal " + GoText.jsonKind(patch.root())
                    + " into Go value of type map[string]interface {}");
        }
        ObjectNode patched;
        try {
            patched = StrategicMergePatch.apply(live, changes, root);
        } catch (StrategicMergePatch.PatchException e) {
            throw e.code() == 422 ? rejected() : ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        Shown shown = new Shown(SchemaCheck.Dialect.UNSTRUCTURED, () -> GoText.of(changes));
        return conform(target, patched, shown, patch.duplicates(), validation);
    }

    private static TreeReader.Tree read(byte[] body) {
        try {
            return TreeReader.read(body, Format.JSON);
        } catch (TreeReader.MalformedException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What a message holds of a patch, put together when there is one.
     *
     * @param dialect the words of the converter for what came as a map, of the JSON decoder for what came as JSON
     */
    private record Shown(SchemaCheck.Dialect dialect, Supplier<String> text) {
        static Shown json(Supplier<String> text) {
            return new Shown(SchemaCheck.Dialect.JSON, text);
        }
    }

    /** What the patch led to, as an object of its kind. */
    private Patched conform(
            PatchTarget target, JsonNode patched, Shown shown, List<String> duplicates, FieldValidation validation) {
        SchemaNode root = schema.find(target.kind());
        if (root == null) {
            if (patched instanceof ObjectNode object) {
                return new Patched(object, List.of());
            }
            throw invalid(
                    shown,
                    "json: cannot unmarshal " + GoText.jsonKind(patched)
                            + " into Go value of type map[string]interface {}");
        }
        SchemaCheck check = new SchemaCheck(shown.dialect());
        if (shown.dialect() == SchemaCheck.Dialect.JSON) {
            checkKind(target, patched, shown);
        }
        ObjectNode object;
        try {
            object = check.check(patched, root);
        } catch (SchemaCheck.MismatchException e) {
            throw invalid(shown, String.valueOf(e.getMessage()));
        }
        object.put("apiVersion", target.kind().apiVersion())
                .put("kind", target.kind().kind());
        List<String> faults = new ArrayList<>(duplicates);
        faults.addAll(check.unknown());
        if (validation == FieldValidation.STRICT && !faults.isEmpty()) {
            throw invalid(shown, "strict decoding error: " + String.join(", ", faults));
        }
        return new Patched(object, validation == FieldValidation.WARN ? faults : List.of());
    }

    /** A patch cannot make another kind of an object. */
    private void checkKind(PatchTarget target, JsonNode patched, Shown shown) {
        String fault = StrictDecoder.wrongTypeMeta(patched);
        if (!fault.isEmpty()) {
            throw invalid(shown, fault);
        }
        if (patched.path("apiVersion").isMissingNode()) {
            // Upstream reads such an object as one of no version, in which it finds nothing.
            throw ApiException.badRequest("the name of the object (" + target.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        GroupVersionKind actual = GroupVersionKind.of(
                patched.path("apiVersion").asString(""),
                patched.path("kind").asString("").isEmpty()
                        ? target.kind().kind()
                        : patched.path("kind").asString());
        if (!actual.equals(target.kind())) {
            throw invalid(shown, new StrictDecoder(schema).otherKind(actual, target.kind()));
        }
    }

    private static ApiException invalid(Shown shown, String detail) {
        String quoted = StringNode.valueOf(shown.text().get()).toString();
        return ApiException.invalid("", "", "", List.of(FieldError.invalid("patch", quoted, detail)));
    }

    private static ApiException rejected() {
        return new ApiException(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request",
                new ApiException.Details("", "", "", "", List.of(), 0));
    }

    private Patched configure(
            PatchTarget target, PatchRequest.Apply request, @Nullable ObjectNode live, FieldValidation validation) {
        checkManager(request.manager());
        TreeReader.Tree tree;
        try {
            tree = TreeReader.read(request.body(), Format.YAML);
        } catch (TreeReader.MalformedException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
        if (!(tree.root() instanceof ObjectNode applied)) {
            throw ApiException.badRequest(
                    "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                            + GoText.jsonKind(tree.root()) + " into Go value of type map[string]interface {}");
        }
        SchemaNode root = schema.find(target.kind());
        if (root == null) {
            throw new ApiException(500, "", "no corresponding type for " + target.kind(), null);
        }
        checkVersion(applied, target.kind());
        checkTyped(target, applied, root);
        ObjectNode after = apply.apply(target, root, live, canonical(target, applied, root), request);
        if (!tree.duplicates().isEmpty() && validation == FieldValidation.STRICT) {
            throw ApiException.badRequest("error strict decoding YAML: " + String.join(", ", tree.duplicates()));
        }
        Patched patched = conform(target, after, Shown.json(after::toString), List.of(), validation);
        return new Patched(patched.object(), validation == FieldValidation.WARN ? tree.duplicates() : List.of());
    }

    /** As the configuration would be stored: otherwise {@code cpu: 0.5} conflicts with the {@code 500m} that it became. */
    private static ObjectNode canonical(PatchTarget target, ObjectNode applied, SchemaNode root) {
        try {
            return new SchemaCheck(SchemaCheck.Dialect.APPLIED).check(applied, root);
        } catch (SchemaCheck.MismatchException e) {
            String kind = go(target.kind().apiVersion(), target.kind().kind());
            throw ApiException.badRequest("failed to convert new object (" + named(applied, target.kind())
                    + ") to proper version: unable to convert unstructured object to " + kind + ": " + e.getMessage());
        }
    }

    private static void checkManager(String manager) {
        FieldError error = manager.isEmpty()
                ? FieldError.required("fieldManager", "is required for apply patch")
                : FieldError.tooLong("fieldManager", MAX_MANAGER_BYTES);
        if (manager.isEmpty() || manager.getBytes(StandardCharsets.UTF_8).length > MAX_MANAGER_BYTES) {
            throw ApiException.invalid("meta.k8s.io", "PatchOptions", "", List.of(error));
        }
    }

    private static void checkVersion(ObjectNode applied, GroupVersionKind kind) {
        String version = applied.path("apiVersion").asString("");
        if (version.isEmpty() || applied.path("kind").asString("").isEmpty()) {
            throw ApiException.badRequest(
                    "invalid object type: " + go(version, applied.path("kind").asString("")));
        }
        if (!version.equals(kind.apiVersion())) {
            throw ApiException.badRequest("Incorrect version specified in apply patch. Specified patch version: "
                    + version + ", expected: " + kind.apiVersion());
        }
        String name = applied.path("kind").asString("");
        if (!name.equals(kind.kind())) {
            throw ApiException.badRequest("invalid object type: " + go(kind.apiVersion(), name));
        }
    }

    /** {@code objectGVKNN} of structuredmerge.go. */
    private static String named(ObjectNode applied, GroupVersionKind kind) {
        JsonNode metadata = applied.path("metadata");
        return metadata.path("namespace").asString("") + "/"
                + metadata.path("name").asString("") + "; " + go(kind.apiVersion(), kind.kind());
    }

    /** As Go prints a GroupVersionKind. */
    private static String go(String apiVersion, String kind) {
        return (apiVersion.indexOf('/') < 0 ? "/" : "") + apiVersion + ", Kind=" + kind;
    }

    private static void checkTyped(PatchTarget target, ObjectNode applied, SchemaNode root) {
        List<String> faults = TypedCheck.faults(applied, root);
        if (!faults.isEmpty()) {
            String list = faults.size() == 1 ? faults.getFirst() : "errors:\n  " + String.join("\n  ", faults);
            String name = named(applied, target.kind());
            // Upstream's message; its status is 500, as of each error that has none.
            throw ApiException.badRequest("failed to create typed patch object (" + name + "): " + list);
        }
    }
}
