/**
 * What i2kit asks of a cloud, as plain data: a {@link io.i2kit.cloud.model.Stack} of resources, the machine's LinuxKit
 * configuration and its boot-time metadata, and what the cloud reports back. Imports nothing but the JDK, JSpecify and Jackson.
 */
@NullMarked
package io.i2kit.cloud.model;

import org.jspecify.annotations.NullMarked;
