/**
 * The machines' base made of the images that the LinuxKit project publishes. Imports {@code image.oci}, {@code image.initrd} and the
 * file trees of {@code image.debian}.
 */
@NullMarked
package io.i2kit.cloud.image.official;

import org.jspecify.annotations.NullMarked;
