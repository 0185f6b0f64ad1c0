package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A current, indexed projection of all objects of one resource.
 *
 * @param <P> a small immutable record that a projector makes of each object's JSON
 */
public interface Informer<P> {
    /** The projection, or null. */
    @Nullable
    P get(ObjectKey key);

    Collection<P> all();

    /** Those of a namespace. */
    List<P> in(String namespace);

    /** Those to which the named index gave this value. */
    List<P> byIndex(String index, String value);

    /** Calls the handler for what is there and then for each change, in order, on the informer's thread; must not block. */
    void onChange(ChangeHandler<P> handler);

    /** Told of changes. */
    @FunctionalInterface
    interface ChangeHandler<P> {
        /**
         * @param before null when it was added
         * @param after null when it was deleted
         */
        void changed(ObjectKey key, @Nullable P before, @Nullable P after);
    }
}
