/**
 * The cluster's names in a private hosted zone of Route 53, as the {@code DnsProvider}, and names of Services in the account's public
 * ones, as the {@code PublicNameProvider}. Imports {@code cloud.aws}, {@code cloud.aws.api}, {@code cloud.model} and
 * {@code cloud.provider}.
 */
@NullMarked
package io.i2kit.cloud.aws.dns;

import org.jspecify.annotations.NullMarked;
