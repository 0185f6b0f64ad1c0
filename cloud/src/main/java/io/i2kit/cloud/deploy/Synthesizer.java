package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.CloudResource;
import java.time.Duration;
import java.util.List;

/**
 * Brings the resources of one kind to what a stack says. All calls are idempotent by name.
 *
 * @param <R> the kind
 */
interface Synthesizer<R extends CloudResource> {
    /** Creates or changes them; called only for resources that are not known to be as desired. */
    void put(List<R> resources);

    /**
     * Begins to delete.
     *
     * @param grace what machines get to stop
     * @return whether they are all gone; if not, a change notice comes
     */
    boolean delete(List<String> names, Duration grace);
}
