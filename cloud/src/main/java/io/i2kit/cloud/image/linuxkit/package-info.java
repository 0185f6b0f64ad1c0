/**
 * LinuxKit's YAML and its rules for making an OCI runtime configuration of a container's entry and its image. Imports
 * {@code cloud.model}, {@code image.oci} and Jackson.
 */
@NullMarked
package io.i2kit.cloud.image.linuxkit;

import org.jspecify.annotations.NullMarked;
