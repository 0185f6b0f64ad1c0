/** Tests. */
@NullMarked
package io.i2kit.translator.support;

import org.jspecify.annotations.NullMarked;
