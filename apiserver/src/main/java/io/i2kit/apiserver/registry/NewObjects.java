package io.i2kit.apiserver.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** What a new object goes through before it is stored; the same with a server and, for the command line, without one. */
public final class NewObjects {
    private NewObjects() {}

    /**
     * Fills in and checks an object as a server does that has its namespace. Nothing is stored, and nothing is taken from
     * shared stock (addresses, ports).
     *
     * @param object strictly decoded; changed by the call
     * @return texts of {@code Warning:} headers
     * @throws ApiException as the server would answer
     */
    public static List<String> admit(ResourceDefinition definition, ObjectNode object, Instant now) {
        Store.refuseWritesOf(definition);
        String namespace = Meta.namespace(object);
        ObjectMetadata.bindToNamespace(definition, namespace.isEmpty() ? "default" : namespace, object);
        String base = Meta.name(object).isEmpty() ? Meta.text(object, "generateName") : "";
        if (!base.isEmpty()) {
            Meta.of(object).put("name", GeneratedNames.from(base));
        }
        AdmissionRequest request = new AdmissionRequest(definition, Meta.namespace(object), "", object, null);
        prepare(request, AdmissionChain.NONE, now, () -> {});
        return Store.warnings(definition, object, null);
    }

    /**
     * Metadata, defaults, admission, preparation, validation.
     *
     * @param defaulted runs when the object is what its client means: with defaults, without what the server adds
     */
    static void prepare(AdmissionRequest request, AdmissionChain admission, Instant now, Runnable defaulted) {
        ResourceDefinition definition = request.definition();
        ObjectNode object = request.state();
        RestStrategy strategy = definition.strategy();
        ObjectMetadata.prepareNew(object, UUID.randomUUID().toString(), now);
        strategy.setDefaults(object);
        defaulted.run();
        admission.admit(request);
        strategy.prepareForCreate(object);
        List<FieldError> errors = new ArrayList<>();
        MetadataValidation.validate(object, strategy, errors::add);
        strategy.validate(object, errors::add);
        Store.refuse(definition, object, errors);
        admission.validate(request);
    }
}
