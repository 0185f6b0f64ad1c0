/** Tests. */
@NullMarked
package io.i2kit.translator.core;

import org.jspecify.annotations.NullMarked;
