/**
 * What becomes of each field of each served kind, as data: admission, {@code Warning:} headers and the documentation are made
 * from this one table. Imports Jackson's tree only.
 */
@NullMarked
package io.i2kit.translator.support;

import org.jspecify.annotations.NullMarked;
