package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.StackId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's work list: the record of each stack that has, or may have, resources in the cloud. What is put is durable when the
 * call returns.
 */
public interface StackRecords {
    /** The record of a stack, or null. */
    @Nullable
    StackRecord get(StackId id);

    void put(StackRecord record);

    /** A stack without a record is no error. */
    void remove(StackId id);

    /** All of them. */
    List<StackRecord> list();
}
