package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.ManagedFields;
import io.i2kit.apiserver.registry.RestStrategy.Reservation;
import io.i2kit.apiserver.registry.Written.Outcome;
import io.i2kit.apiserver.storage.ObjectBody;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The generic store: what {@code k8s.io/apiserver/pkg/registry/generic/registry.Store} is to Kubernetes. Reads and writes
 * objects of any {@link ResourceDefinition} by the rules that all kinds share, and asks the kind's {@link RestStrategy} for
 * the rest. Calls block; run them on virtual threads.
 */
public final class Store {
    /** Attempts of a write that carries no resourceVersion before its conflict reaches the client. */
    private static final int MAX_ATTEMPTS = 16;

    /** Attempts of a new object whose namespace's quota many writers charge at once: each failure is another's success. */
    private static final int MAX_CHARGE_ATTEMPTS = 128;

    private static final int GENERATED_NAME_ATTEMPTS = 8;

    private final Storage storage;
    private final ManagedFields managedFields;
    private final Clock clock;
    private final NamespaceLifecycle namespaces;
    private final Removal removal;
    private final AdmissionChain admission;

    public Store(Storage storage, ManagedFields managedFields, Clock clock, AdmissionChain admission) {
        this.storage = storage;
        this.managedFields = managedFields;
        this.clock = clock;
        this.namespaces = new NamespaceLifecycle(storage);
        this.removal = new Removal(storage, clock, admission);
        this.admission = admission;
    }

    public Storage storage() {
        return storage;
    }

    /** @throws ApiException NotFound */
    public StoredObject get(ResourceDefinition definition, ObjectKey key) {
        StoredObject stored = storage.get(key);
        if (stored == null) {
            throw notFound(definition, key);
        }
        return stored;
    }

    /**
     * Stores a new object.
     *
     * @param namespace of the URL; empty for cluster-scoped kinds
     * @param object what the client sent, strictly decoded; changed by the call
     */
    public Written create(ResourceDefinition definition, String namespace, ObjectNode object, WriteOptions options) {
        refuseWritesOf(definition);
        if (!Meta.resourceVersion(object).isEmpty()) {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created", null);
        }
        ObjectMetadata.bindToNamespace(definition, namespace, object);
        if (definition.namespaced()) {
            namespaces.requireActive(definition, namespace, Meta.name(object));
        }
        String base = Meta.name(object).isEmpty() ? Meta.text(object, "generateName") : "";
        for (int attempt = 1; ; attempt++) {
            try {
                return createOnce(definition, namespace, base.isEmpty() ? object : object.deepCopy(), base, options);
            } catch (ApiException e) {
                if (base.isEmpty()
                        || attempt == GENERATED_NAME_ATTEMPTS
                        || !e.reason().equals("AlreadyExists")) {
                    throw e;
                }
            }
        }
    }

    private Written createOnce(
            ResourceDefinition definition, String namespace, ObjectNode object, String base, WriteOptions options) {
        if (!base.isEmpty()) {
            Meta.of(object).put("name", GeneratedNames.from(base));
        }
        AdmissionRequest request = new AdmissionRequest(definition, namespace, "", object, null);
        NewObjects.prepare(
                request, admission, clock.instant(), () -> manageFields(definition, "", object, null, options));
        GoForm.complete(object, Schema.builtIn());
        ObjectKey key = definition.key(namespace, Meta.name(object));
        if (options.dryRun()) {
            definition.strategy().reserve(object, null).release();
            if (storage.get(key) != null) {
                throw alreadyExists(definition, key);
            }
            admission.alsoWrite(request);
            ObjectNode shown = Json.canonical(object);
            Meta.of(shown).remove("resourceVersion");
            return new Written(Json.bytes(shown), Outcome.CREATED, warnings(definition, object, null));
        }
        return commitNew(request, key);
    }

    private Written commitNew(AdmissionRequest request, ObjectKey key) {
        ResourceDefinition definition = request.definition();
        ObjectNode object = request.state();
        Reservation reservation = definition.strategy().reserve(object, null);
        boolean stored = false;
        try {
            byte[] json = putNew(request, put(definition, key, 0, Json.body(object)), key);
            stored = true;
            reservation.commit();
            return new Written(json, Outcome.CREATED, warnings(definition, object, null));
        } finally {
            if (!stored) {
                reservation.release();
            }
        }
    }

    /** Again while only what is written besides was stale. */
    private byte[] putNew(AdmissionRequest request, Write put, ObjectKey key) {
        for (int attempt = 1; ; attempt++) {
            List<Write> more = admission.alsoWrite(request);
            try {
                return Commits.all(storage, joined(put, more)).getFirst().json();
            } catch (StorageException.Conflict e) {
                if (more.isEmpty() || storage.get(key) != null) {
                    throw alreadyExists(request.definition(), key);
                }
                if (attempt == MAX_CHARGE_ATTEMPTS) {
                    throw modified(request.definition(), key);
                }
            }
        }
    }

    private static List<Write> joined(Write first, List<Write> more) {
        if (more.isEmpty()) {
            return List.of(first);
        }
        List<Write> all = new ArrayList<>();
        all.add(first);
        all.addAll(more);
        return all;
    }

    /**
     * Changes an object; again when another writer was quicker, unless the change names a resourceVersion.
     *
     * @param subresource empty, or {@code status}, {@code finalize}, {@code scale} …
     * @return null when the change gave up
     */
    public @Nullable Written update(
            ResourceDefinition definition, ObjectKey key, String subresource, Change change, WriteOptions options) {
        refuseWritesOf(definition);
        for (int attempt = 1; ; attempt++) {
            StoredObject stored = storage.get(key);
            try {
                return stored == null
                        ? createMissing(definition, key, subresource, change, options)
                        : updateOnce(definition, stored, subresource, change, options);
            } catch (StorageException.Conflict e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw modified(definition, key);
                }
            }
        }
    }

    private @Nullable Written createMissing(
            ResourceDefinition definition, ObjectKey key, String subresource, Change change, WriteOptions options) {
        boolean allowed = change.createsMissing() || definition.strategy().allowCreateOnUpdate();
        if (!allowed || !subresource.isEmpty()) {
            throw notFound(definition, key);
        }
        ObjectNode object = change.apply(null);
        if (object == null) {
            return null;
        }
        Meta.of(object).put("name", key.name()).remove("resourceVersion");
        return create(definition, key.namespace(), object, options);
    }

    private @Nullable Written updateOnce(
            ResourceDefinition definition,
            StoredObject stored,
            String subresource,
            Change change,
            WriteOptions options) {
        ObjectNode old = Json.parse(stored.json());
        GoForm.complete(old, Schema.builtIn()); // an earlier version of the server may have written it
        ObjectNode object = change.apply(old.deepCopy());
        if (object == null) {
            return null;
        }
        checkPreconditions(definition, stored.key(), object, old);
        ObjectMetadata.prepareUpdate(object, old);
        if (subresource.isEmpty()) {
            definition.strategy().setDefaults(object);
            manageFields(definition, subresource, object, old, options);
        }
        AdmissionRequest request = new AdmissionRequest(definition, stored.key().namespace(), subresource, object, old);
        List<FieldError> errors = new ArrayList<>();
        prepareAndValidate(request, object, old, errors);
        refuse(definition, object, errors);
        admission.validate(request);
        if (subresource.isEmpty()) {
            GoForm.complete(object, Schema.builtIn());
        } else {
            manageFields(definition, subresource, object, old, options);
        }
        return commitUpdate(request, stored, object, old, options);
    }

    private void prepareAndValidate(
            AdmissionRequest request, ObjectNode object, ObjectNode old, List<FieldError> errors) {
        RestStrategy strategy = request.definition().strategy();
        String subresource = request.subresource();
        if (subresource.equals("status")) {
            strategy.prepareForStatusUpdate(object, old);
            MetadataValidation.validateUpdate(object, old, errors::add);
            strategy.validateStatusUpdate(object, old, errors::add);
            return;
        }
        admission.admit(request);
        if (subresource.isEmpty()) {
            strategy.prepareForUpdate(object, old);
        } else {
            strategy.setDefaults(object);
            strategy.prepareForSubresourceUpdate(subresource, object, old);
        }
        MetadataValidation.validate(object, strategy, errors::add);
        MetadataValidation.validateUpdate(object, old, errors::add);
        if (subresource.isEmpty()) {
            strategy.validateUpdate(object, old, errors::add);
        } else {
            strategy.validateSubresourceUpdate(subresource, object, old, errors::add);
        }
    }

    private Written commitUpdate(
            AdmissionRequest request, StoredObject stored, ObjectNode object, ObjectNode old, WriteOptions options) {
        ResourceDefinition definition = request.definition();
        List<String> warnings = warnings(definition, object, old);
        Meta.copy(old, object, "resourceVersion");
        boolean removes = removal.isDue(definition, object);
        if (Json.same(object, old) && !removes) {
            return new Written(stored.json(), Outcome.UPDATED, warnings);
        }
        if (options.dryRun()) {
            definition.strategy().reserve(object, old).release();
            admission.alsoWrite(request);
            return new Written(Json.body(object).at(stored.revision()), Outcome.UPDATED, warnings);
        }
        if (removes) {
            return new Written(
                    removal.remove(definition, stored, object, List.of()).json(), Outcome.REMOVED, warnings);
        }
        Reservation reservation = definition.strategy().reserve(object, old);
        boolean done = false;
        try {
            Write put = put(definition, stored.key(), stored.revision(), Json.body(object));
            byte[] json = Commits.all(storage, joined(put, admission.alsoWrite(request)))
                    .getFirst()
                    .json();
            done = true;
            reservation.commit();
            return new Written(json, Outcome.UPDATED, warnings);
        } finally {
            if (!done) {
                reservation.release();
            }
        }
    }

    /** Rules 1 and 2: optimistic concurrency by resourceVersion, and no write to another object of the same name. */
    private static void checkPreconditions(
            ResourceDefinition definition, ObjectKey key, ObjectNode object, ObjectNode old) {
        String uid = Meta.uid(object);
        if (!uid.isEmpty() && !uid.equals(Meta.uid(old))) {
            throw ApiException.conflict(
                    definition.names().group(),
                    definition.names().plural(),
                    key.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Meta.uid(old));
        }
        String version = Meta.resourceVersion(object);
        if (version.isEmpty() || version.equals("0")) {
            if (!definition.strategy().allowUnconditionalUpdate()) {
                // Upstream names the resource here, where all other faults name the kind.
                throw ApiException.invalid(
                        definition.names().group(),
                        definition.names().plural(),
                        key.name(),
                        List.of(FieldError.invalid(
                                "metadata.resourceVersion", "0", "must be specified for an update")));
            }
        } else if (!version.equals(Meta.resourceVersion(old))) {
            throw modified(definition, key);
        }
    }

    /**
     * Deletes by a client's DELETE.
     *
     * @param alsoWrite private records for the transaction that removes the object
     * @throws ApiException NotFound, or Conflict for a precondition that does not hold
     */
    public Written delete(
            ResourceDefinition definition,
            ObjectKey key,
            ObjectClient.DeleteOptions options,
            boolean dryRun,
            List<Write> alsoWrite) {
        refuseDeletionOfImmortals(definition, key);
        for (int attempt = 1; ; attempt++) {
            try {
                return removal.delete(definition, get(definition, key), options, dryRun, alsoWrite);
            } catch (StorageException.Conflict e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw modified(definition, key);
                }
            }
        }
    }

    private static void refuseDeletionOfImmortals(ResourceDefinition definition, ObjectKey key) {
        String refusal = definition.strategy().refusesDeletion(key.name());
        if (refusal != null) {
            ResourceNames names = definition.names();
            throw ApiException.forbidden(names.group(), names.plural(), key.name(), refusal);
        }
    }

    /**
     * Upstream notes who owns what before admission and the strategies add their own, so nobody owns what the server allotted:
     * an applier that never named a Pod's service account does not take it away.
     *
     * @param object what its writer means; brought into the form in which it is stored
     */
    private void manageFields(
            ResourceDefinition definition,
            String subresource,
            ObjectNode object,
            @Nullable ObjectNode old,
            WriteOptions options) {
        GoForm.complete(object, Schema.builtIn());
        if (options.operation() == WriteOptions.Operation.UPDATE) {
            managedFields.onUpdate(
                    options.fieldManager(), "Update", definition.names().apiVersion(), subresource, old, object);
        }
    }

    private static Write put(ResourceDefinition definition, ObjectKey key, long expected, ObjectBody body) {
        return new Write.Put(key, expected, body, definition.strategy().timeToLive());
    }

    static List<String> warnings(ResourceDefinition definition, ObjectNode object, @Nullable ObjectNode old) {
        List<String> warnings = new ArrayList<>();
        if (definition.support() == Support.STORED) {
            warnings.add(definition.names().qualified() + " \"" + Meta.name(object)
                    + "\" is stored, but nothing in i2kit acts on it yet");
        }
        definition.strategy().warnings(object, old, warnings::add);
        return warnings;
    }

    static void refuse(ResourceDefinition definition, ObjectNode object, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    definition.storedGroup(), definition.names().kind(), Meta.name(object), errors);
        }
    }

    static void refuseWritesOf(ResourceDefinition definition) {
        if (definition.support() == Support.LISTED) {
            ResourceNames names = definition.names();
            throw new ApiException(
                    405,
                    "MethodNotAllowed",
                    names.qualified() + " cannot be written: i2kit does not run objects of kind " + names.kind()
                            + " yet",
                    new ApiException.Details(names.group(), names.plural(), "", "", List.of(), 0));
        }
    }

    private static ApiException notFound(ResourceDefinition definition, ObjectKey key) {
        return ApiException.notFound(
                definition.names().group(), definition.names().plural(), key.name());
    }

    private static ApiException alreadyExists(ResourceDefinition definition, ObjectKey key) {
        return ApiException.alreadyExists(
                definition.names().group(), definition.names().plural(), key.name());
    }

    private static ApiException modified(ResourceDefinition definition, ObjectKey key) {
        return ApiException.conflict(
                definition.names().group(), definition.names().plural(), key.name(), ApiException.MODIFIED);
    }
}
