package io.i2kit.cloud.aws.setup;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing of an installation. Both calls can be repeated.
 *
 * @param what for people
 * @param monthlyDollars what it costs without use
 * @param find its id, or null while it is not there
 * @param make makes it, or what is missing of it, and returns its id
 * @param remove removes it; called only when it was found
 */
record Step(
        String what, double monthlyDollars, Supplier<@Nullable String> find, Supplier<String> make, Removal remove) {

    /** Removes a thing by its id. */
    @FunctionalInterface
    interface Removal {
        void remove(String id);
    }
}
