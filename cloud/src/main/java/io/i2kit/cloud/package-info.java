@NullMarked
package io.i2kit.cloud;

import org.jspecify.annotations.NullMarked;
