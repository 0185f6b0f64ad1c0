/**
 * AWS as a cloud: EC2 instances in Auto Scaling groups, network load balancers, a private zone. The facade, the clients of the SDK
 * with their limiter, the names of tags. {@code cloud.aws.api} is all that i2kit calls of AWS as a narrow typed interface;
 * {@code cloud.aws.groups}, {@code .balancing}, {@code .dns} and {@code .metadata} build the providers on it. Imports
 * {@code cloud.model}, {@code cloud.provider}, Jackson, Caffeine and the AWS SDK; nothing outside loads a class of these packages
 * unless the user asked for AWS.
 */
@NullMarked
package io.i2kit.cloud.aws;

import org.jspecify.annotations.NullMarked;
