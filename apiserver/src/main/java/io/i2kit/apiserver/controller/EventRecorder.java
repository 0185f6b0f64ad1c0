package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.storage.ObjectKey;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code v1.Event} objects, joining repeated ones by count as client-go's recorder does. Never blocks, never fails. */
public interface EventRecorder {
    /**
     * @param about the object: kind, apiVersion, metadata name, namespace, uid and resourceVersion are taken from it
     * @param key its key
     * @param type {@code Normal} or {@code Warning}
     * @param component the source, for example {@code deployment-controller}
     */
    void event(ObjectKey key, ObjectNode about, String type, String reason, String message, String component);
}
