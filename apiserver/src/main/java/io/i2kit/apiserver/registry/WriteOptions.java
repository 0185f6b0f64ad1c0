package io.i2kit.apiserver.registry;

/**
 * How a write is made.
 *
 * @param fieldManager who owns the fields that it sets
 * @param operation of the managedFields entry
 * @param dryRun everything but the storing
 */
public record WriteOptions(String fieldManager, Operation operation, boolean dryRun) {
    /** {@code metav1.ManagedFieldsOperationType}. */
    public enum Operation {
        /** Ordinary writes. */
        UPDATE,
        /** Server-side apply: the change keeps {@code managedFields} itself. */
        APPLY
    }

    /** An ordinary write. */
    public static WriteOptions by(String fieldManager) {
        return new WriteOptions(fieldManager, Operation.UPDATE, false);
    }
}
