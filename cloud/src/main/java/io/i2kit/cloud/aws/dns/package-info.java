/**
 * The cluster's names in a private hosted zone of Route 53, as the {@code DnsProvider}. Imports {@code cloud.aws},
 * {@code cloud.aws.api}, {@code cloud.model}, {@code cloud.provider} and Jackson.
 */
@NullMarked
package io.i2kit.cloud.aws.dns;

import org.jspecify.annotations.NullMarked;
