package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.Write;
import java.util.List;

/**
 * A rule over writes of any kind that looks beyond the object itself: upstream's admission plug-ins. The store calls each in
 * order: {@link #admit} after defaulting and before the kind's own preparation, {@link #validate} after the kind's own
 * validation, {@link #alsoWrite} last.
 */
public interface Admission {
    /** Changes the object that a create or an update is about to store, or refuses it. */
    default void admit(AdmissionRequest request) {}

    /** Judges the object that is about to be stored. */
    default void validate(AdmissionRequest request) {}

    /**
     * Writes for the same transaction, for a deletion too. Each names the revision that it was made from; the whole request is
     * tried again when one is stale.
     */
    default List<Write> alsoWrite(AdmissionRequest request) {
        return List.of();
    }
}
