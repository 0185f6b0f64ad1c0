/**
 * Where objects live: the {@link io.i2kit.apiserver.storage.Storage} contract, its engines, and the watch cache. Knows keys, bytes and
 * revisions, no kinds. Imports the JDK and the engines' libraries only.
 */
@NullMarked
package io.i2kit.apiserver.storage;

import org.jspecify.annotations.NullMarked;
