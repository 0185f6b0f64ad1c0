/**
 * From a LinuxKit configuration to a bootable image: references resolved, layers pulled once, segments joined. This package
 * composes its sub-packages and is what the rest of i2kit calls.
 */
@NullMarked
package io.i2kit.cloud.image;

import org.jspecify.annotations.NullMarked;
