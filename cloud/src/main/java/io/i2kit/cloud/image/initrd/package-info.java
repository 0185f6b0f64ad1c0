/**
 * Boot archives: cpio segments made of image layers, the cache that holds them, the base that every machine shares, and the
 * assembler that joins them. Imports {@code image.oci}, commons-compress and zstd-jni.
 */
@NullMarked
package io.i2kit.cloud.image.initrd;

import org.jspecify.annotations.NullMarked;
