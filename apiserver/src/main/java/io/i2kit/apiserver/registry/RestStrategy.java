package io.i2kit.apiserver.registry;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is particular to a kind. The generic store calls it in this order: {@link #setDefaults}, {@code prepareFor…},
 * {@code validate…}, then {@link #warnings}. Trees that are handed in may be changed only by the first two.
 *
 * <p>The model is {@code k8s.io/apiserver/pkg/registry/rest/{create,update}.go}.
 */
public interface RestStrategy {
    /** What a write to {@code /status} may change. */
    Set<String> STATUS_FIELDS = Set.of("apiVersion", "kind", "metadata", "status");

    /** Fills in what upstream's {@code defaults.go} of the kind fills in; persisted. */
    default void setDefaults(ObjectNode object) {}

    /** Drops what clients may not set (status), sets the first generation where the kind has one. */
    default void prepareForCreate(ObjectNode object) {}

    /** Keeps what a client may not change through the main resource (status); raises the generation when the spec changed. */
    default void prepareForUpdate(ObjectNode object, ObjectNode old) {}

    /**
     * An update through {@code /status}: sets back all but {@code status} and {@code metadata} to what is stored, and the
     * labels with them.
     */
    default void prepareForStatusUpdate(ObjectNode object, ObjectNode old) {
        for (String field : List.copyOf(object.propertyNames())) {
            if (!STATUS_FIELDS.contains(field) && !old.has(field)) {
                object.remove(field);
            }
        }
        for (String field : old.propertyNames()) {
            if (!STATUS_FIELDS.contains(field)) {
                object.set(field, old.get(field).deepCopy());
            }
        }
        Meta.copy(old, object, "labels");
    }

    /** The faults of an update through {@code /status}. */
    default void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {}

    /**
     * An update through another subresource ({@code finalize}, {@code binding}, {@code scale} …).
     *
     * @param subresource its name
     */
    default void prepareForSubresourceUpdate(String subresource, ObjectNode object, ObjectNode old) {
        prepareForUpdate(object, old);
    }

    /** The faults of an update through another subresource. */
    default void validateSubresourceUpdate(
            String subresource, ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validateUpdate(object, old, errors);
    }

    /** {@code errors} collects every fault, in the order of upstream's validation.go. Metadata is validated by the store. */
    default void validate(ObjectNode object, Consumer<FieldError> errors) {}

    /** For an update; not called besides {@link #validate}: calls it itself where upstream does. */
    default void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
    }

    /** The name rule: adds an error for {@code metadata.name} (or generateName) when it breaks the kind's rule. */
    default void validateName(String name, boolean prefix, Consumer<String> problems) {
        Names.dns1123Subdomain(name, prefix, problems);
    }

    /** Texts for {@code Warning:} headers. */
    default void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {}

    /** Whether a DELETE of the whole list deletes what is in it; namespaces go one by one. */
    default boolean allowsCollectionDeletion() {
        return true;
    }

    /** Whether a PUT to a missing object creates it. */
    default boolean allowCreateOnUpdate() {
        return false;
    }

    /** Whether a PUT without resourceVersion is taken. */
    default boolean allowUnconditionalUpdate() {
        return true;
    }

    /** How long an object lives by itself, or null for ever (Events). */
    default @Nullable Duration timeToLive() {
        return null;
    }

    /** Seconds between the deletion mark and the end (Pods), 0 for at once; reads {@code gracePeriodSeconds} when given. */
    default long deletionGraceSeconds(ObjectNode object, @Nullable Long asked) {
        return 0;
    }

    /**
     * Takes what the object needs from shared stock (a Service's address and ports) and writes it into the object; called
     * after validation. The store commits or gives back the reservation when it knows how the write ended.
     *
     * @param old null for a new object
     */
    default Reservation reserve(ObjectNode object, @Nullable ObjectNode old) {
        return Reservation.NONE;
    }

    /** The object is gone from the store: gives back what it held. */
    default void removed(ObjectNode object) {}

    /** What becomes of dependents when a DELETE does not say: empty for the collector's own way, or {@code Orphan}. */
    default String defaultPropagation() {
        return "";
    }

    /** Whether a DELETE that takes effect at once answers with the object rather than with a Status. */
    default boolean returnsDeletedObject() {
        return false;
    }

    /** Why an object may never be deleted, or null (the namespaces that every cluster needs). */
    default @Nullable String refusesDeletion(String name) {
        return null;
    }

    /** Whether something beyond finalizers and grace keeps a deleted object (a Namespace's {@code spec.finalizers}). */
    default boolean isKeptFromRemoval(ObjectNode object) {
        return false;
    }

    /** Changes that the mark of deletion brings (a Namespace's phase). */
    default void prepareForDelete(ObjectNode object) {}

    /** What was taken from shared stock for a write that is not yet committed. */
    interface Reservation {
        Reservation NONE = new Reservation() {};

        /** The object is stored: gives back what its former version held and this one does not. */
        default void commit() {}

        /** Nothing was stored: gives back what was taken. */
        default void release() {}
    }

    /** Field selectors beyond metadata.name and metadata.namespace that the kind knows, as dotted paths. */
    default List<String> selectableFields() {
        return List.of();
    }

    /**
     * Those of {@link #selectableFields} by which clients list in loops, and whose value is the text at the path: the store keeps
     * an index of them.
     */
    default List<String> indexedFields() {
        return List.of();
    }

    /** The value of a selectable field; by default the text at the path, or empty. */
    default String fieldValue(ObjectNode object, String path) {
        return FieldPaths.text(object, path);
    }
}
