/**
 * Machine images on AWS: a disk written as an EBS snapshot by the EBS direct APIs and registered as an AMI, found again by the hash
 * of its content, and collected when nobody uses it. {@link io.i2kit.cloud.aws.image.MachineImageApi} is all that is called of AWS.
 * Imports {@code cloud.aws}, {@code cloud.image}, {@code cloud.model}, {@code cloud.provider} and the AWS SDK.
 */
@NullMarked
package io.i2kit.cloud.aws.image;

import org.jspecify.annotations.NullMarked;
