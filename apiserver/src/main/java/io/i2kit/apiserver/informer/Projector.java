package io.i2kit.apiserver.informer;

import io.i2kit.apiserver.storage.StoredObject;

/** Picks from an object what a controller looks at. */
@FunctionalInterface
public interface Projector<P> {
    /** A small immutable record of the object; called once a version, on the informer's thread. */
    P project(StoredObject object);
}
