/** What machines cost: a small dated table of instance types, packaged or read from AWS' price list. */
@NullMarked
package io.i2kit.cloud.aws.prices;

import org.jspecify.annotations.NullMarked;
