/** Tests. */
@NullMarked
package io.i2kit.translator.apps;

import org.jspecify.annotations.NullMarked;
