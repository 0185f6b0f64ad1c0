/**
 * What clusters stand on in an account and region: network, security group, key, role, bucket, private zone. {@code i2kit aws init}
 * makes it and {@code i2kit aws destroy} removes it; both find it by the installation's name. Imports {@code cloud.aws},
 * {@code cloud.aws.api} and the AWS SDK.
 */
@NullMarked
package io.i2kit.cloud.aws.setup;

import org.jspecify.annotations.NullMarked;
