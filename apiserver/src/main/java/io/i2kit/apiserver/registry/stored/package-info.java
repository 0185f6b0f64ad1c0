/**
 * Kinds that nothing acts on yet: stored with a {@code Warning:}, or only listed. Imports {@code registry} only.
 */
@NullMarked
package io.i2kit.apiserver.registry.stored;

import org.jspecify.annotations.NullMarked;
