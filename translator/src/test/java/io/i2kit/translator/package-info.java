/** Golden and seeded tests of the translator. */
@NullMarked
package io.i2kit.translator;

import org.jspecify.annotations.NullMarked;
