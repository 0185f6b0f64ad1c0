/** The whole product, packaged, as its users run it: the launcher, kubectl and real machines. */
@NullMarked
package io.i2kit.apiserver.product;

import org.jspecify.annotations.NullMarked;
