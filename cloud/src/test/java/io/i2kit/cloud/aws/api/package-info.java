/** Tests of requests and answers that the emulator does not have as AWS does. */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.api;
