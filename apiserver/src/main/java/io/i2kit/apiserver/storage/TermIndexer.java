package io.i2kit.apiserver.storage;

import java.util.Set;

/** Says under which terms an object is to be found by a {@link Storage.Narrowing}. Pure, quick, and never fails. */
@FunctionalInterface
public interface TermIndexer {
    /** The object's terms: any texts, of which the store knows no meaning. */
    Set<String> terms(StoredObject object);
}
