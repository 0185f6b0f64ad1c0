/** Tests of AWS: against a typed fake that behaves as AWS documents, and against moto over the wire. */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws;
