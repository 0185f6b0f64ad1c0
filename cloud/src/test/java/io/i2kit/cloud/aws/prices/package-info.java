/** Groups against AWS as its documentation says it behaves. */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.prices;
