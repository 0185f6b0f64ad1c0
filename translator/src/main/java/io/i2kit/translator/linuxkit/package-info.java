/**
 * A Pod template to the LinuxKit configuration that its machines run (what is in the image), to the metadata that they read at
 * boot (all the rest), and to the machine's size. Imports fabric8's model and {@code cloud.model}.
 */
@NullMarked
package io.i2kit.translator.linuxkit;

import org.jspecify.annotations.NullMarked;
