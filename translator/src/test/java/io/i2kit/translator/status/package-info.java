/** Tests. */
@NullMarked
package io.i2kit.translator.status;

import org.jspecify.annotations.NullMarked;
