package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Bodies;
import io.i2kit.apiserver.http.content.Protobuf;
import io.i2kit.apiserver.http.rest.RequestInfo.Target;
import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.patch.ManagedFields;
import io.i2kit.apiserver.patch.PatchApplier;
import io.i2kit.apiserver.patch.PatchRequest;
import io.i2kit.apiserver.patch.PatchTarget;
import io.i2kit.apiserver.patch.StrictDecoder;
import io.i2kit.apiserver.patch.StrictDecoder.Decoded;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Change;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.Subresource;
import io.i2kit.apiserver.registry.WriteOptions;
import io.i2kit.apiserver.registry.WriteOptions.Operation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What POST, PUT and PATCH bring: strictly decoded objects, and patches as changes. */
public final class WriteBodies {
    private static final int MAX_MANAGER_LENGTH = 128;

    private final StrictDecoder decoder;
    private final PatchApplier patches;

    public WriteBodies(StrictDecoder decoder, PatchApplier patches) {
        this.decoder = decoder;
        this.patches = patches;
    }

    /**
     * The body of a POST or PUT, in the version of the URL.
     *
     * @throws ApiException BadRequest, UnsupportedMediaType, or Invalid for an unknown {@code fieldValidation}
     */
    Decoded object(ApiRequest request, ResourceDefinition definition, String subresource, String optionsKind) {
        return object(request, kindOf(definition, subresource), optionsKind);
    }

    Decoded object(ApiRequest request, GroupVersionKind kind, String optionsKind) {
        FieldValidation validation = FieldValidation.of(request.parameter("fieldValidation"), optionsKind);
        byte[] body = request.body();
        return switch (Bodies.format(request.header("content-type"))) {
            case JSON -> decoder.decode(body, StrictDecoder.Format.JSON, kind, validation);
            case YAML -> decoder.decode(body, StrictDecoder.Format.YAML, kind, validation);
            case PROTOBUF -> decoder.decode(Protobuf.decode(body), kind, validation);
        };
    }

    /** A PUT. */
    Change replacement(ApiRequest request, ResourceDefinition definition, Target target, List<String> warnings) {
        Decoded body = object(request, definition, target.subresource(), "UpdateOptions");
        warnings.addAll(body.warnings());
        requireNames(body.object(), target);
        return current -> body.object().deepCopy();
    }

    /** A PATCH. */
    Change patch(ApiRequest request, ResourceDefinition definition, Target target, List<String> warnings) {
        FieldValidation validation = FieldValidation.of(request.parameter("fieldValidation"), "PatchOptions");
        PatchRequest patch = PatchRequest.of(
                Objects.requireNonNullElse(request.header("content-type"), ""),
                request.body(),
                request.parameter("fieldManager"),
                request.flag("force"));
        PatchTarget on = new PatchTarget(
                kindOf(definition, target.subresource()), target.resource(), target.name(), target.subresource());
        boolean creates = patch instanceof PatchRequest.Apply;
        return new Change() {
            @Override
            public ObjectNode apply(@Nullable ObjectNode current) {
                PatchApplier.Patched patched = patches.apply(on, patch, current, validation);
                warnings.clear();
                warnings.addAll(patched.warnings());
                requireNames(patched.object(), target);
                return patched.object();
            }

            @Override
            public boolean createsMissing() {
                return creates;
            }
        };
    }

    private static void requireNames(ObjectNode object, Target target) {
        String name = Meta.name(object);
        if (name.isEmpty()) {
            throw ApiException.badRequest("the name of the object (" + target.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        if (!name.isEmpty() && !name.equals(target.name())) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + target.name() + ")");
        }
        String namespace = Meta.namespace(object);
        boolean namespaced =
                !target.resource().equals("namespaces") && !target.namespace().isEmpty();
        if (namespaced && !namespace.isEmpty() && !namespace.equals(target.namespace())) {
            throw ApiException.badRequest("the namespace of the object (" + namespace
                    + ") does not match the namespace on the request (" + target.namespace() + ")");
        }
    }

    static GroupVersionKind kindOf(ResourceDefinition definition, String subresource) {
        Subresource found = definition.subresource(subresource);
        return found == null
                ? new GroupVersionKind(
                        definition.names().group(),
                        definition.names().version(),
                        definition.names().kind())
                : new GroupVersionKind(found.group(), found.version(), found.kind());
    }

    /** @param verb {@code create}, {@code update} or {@code patch} */
    WriteOptions writeOptions(ApiRequest request, String verb) {
        boolean apply = verb.equals("patch")
                && Objects.requireNonNullElse(request.header("content-type"), "")
                        .startsWith("application/apply-patch");
        WriteOptions options = options(request, verb.equals("update") ? "UpdateOptions" : "PatchOptions");
        return apply ? new WriteOptions(options.fieldManager(), Operation.APPLY, options.dryRun()) : options;
    }

    static WriteOptions options(ApiRequest request, String optionsKind) {
        String manager = request.parameter("fieldManager");
        if (manager.length() > MAX_MANAGER_LENGTH) {
            throw ApiException.invalid(
                    "meta.k8s.io", optionsKind, "", List.of(FieldError.tooLong("fieldManager", MAX_MANAGER_LENGTH)));
        }
        return new WriteOptions(
                manager.isEmpty() ? ManagedFields.managerOf(request.header("user-agent")) : manager,
                Operation.UPDATE,
                DryRun.of(request.parameter("dryRun"), optionsKind));
    }
}
