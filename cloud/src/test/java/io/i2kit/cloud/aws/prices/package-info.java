/** Prices, and AWS' price list as its documentation says that it answers. */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.prices;
