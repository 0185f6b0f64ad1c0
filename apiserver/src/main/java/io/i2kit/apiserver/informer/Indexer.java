package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Collection;

/** Says under which values an object is found in an index. */
@FunctionalInterface
public interface Indexer<P> {
    Collection<String> values(ObjectKey key, P projection);
}
