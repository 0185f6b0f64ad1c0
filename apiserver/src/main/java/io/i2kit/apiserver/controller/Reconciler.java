package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.storage.ObjectKey;

/** Brings the world of one object to what the object says. Level-triggered: reads what is there now, whatever happened. */
public interface Reconciler {
    /** For logs and metrics, for example {@code deployment}. */
    String name();

    /** Runs on a virtual thread, never twice at once for one key. An exception means: again, with back-off. */
    Result reconcile(ObjectKey key);
}
