/**
 * A machine image as a raw disk that UEFI firmware boots: GPT, one FAT32 EFI system partition, in it a unified kernel image. All is
 * written here, by no tool of the host. Imports {@code image.initrd}, {@code image.oci} and {@code cloud.model}.
 */
@NullMarked
package io.i2kit.cloud.image.disk;

import org.jspecify.annotations.NullMarked;
