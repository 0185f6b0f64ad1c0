/** Tests of the deployer against a cloud that notes its calls. */
@NullMarked
package io.i2kit.cloud.deploy;

import org.jspecify.annotations.NullMarked;
