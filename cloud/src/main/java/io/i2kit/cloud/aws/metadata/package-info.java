/**
 * What machines read at boot: one encrypted S3 object for each launch template, and the user data that refers to it. Imports
 * {@code cloud.aws}, {@code cloud.aws.api}, {@code cloud.model} and Jackson.
 */
@NullMarked
package io.i2kit.cloud.aws.metadata;

import org.jspecify.annotations.NullMarked;
