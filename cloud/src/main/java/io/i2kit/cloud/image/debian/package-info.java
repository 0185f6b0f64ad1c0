/**
 * Debian packages as material: resolved and downloaded by apt without touching the system, read in Java, made into the base of
 * every machine and into container images. Imports {@code image.oci}, {@code image.initrd}, commons-compress and xz.
 */
@NullMarked
package io.i2kit.cloud.image.debian;

import org.jspecify.annotations.NullMarked;
