/** What machines cost: a small dated table of instance types. */
@NullMarked
package io.i2kit.cloud.aws.prices;

import org.jspecify.annotations.NullMarked;
