/** Tests of names in Route 53, on a zone that refuses what AWS refuses. */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.dns;
