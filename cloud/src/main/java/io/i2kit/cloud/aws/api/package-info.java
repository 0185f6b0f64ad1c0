/**
 * What i2kit calls of AWS, no more: small records and methods of our own, so that a typed fake can stand for AWS in tests, and the
 * SDK's side of them ({@code Sdk…}). One method is one call (paged ones loop); errors are {@link AwsException} with AWS' own codes.
 */
@NullMarked
package io.i2kit.cloud.aws.api;

import org.jspecify.annotations.NullMarked;
