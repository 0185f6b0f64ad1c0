/**
 * Network load balancers as the {@code LoadBalancerProvider}: one for each Service that the internet reaches, and a few internal
 * ones that ClusterIP Services share by free ports. Imports {@code cloud.aws}, {@code cloud.aws.api}, {@code cloud.model} and
 * {@code cloud.provider}.
 */
@NullMarked
package io.i2kit.cloud.aws.balancing;

import org.jspecify.annotations.NullMarked;
