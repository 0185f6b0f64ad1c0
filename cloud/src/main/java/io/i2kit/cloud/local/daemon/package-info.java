/**
 * The embedded cloud's own process: groups that keep their desired counts, machines that outlive the process and are found
 * again, load balancers on the host, names. {@link io.i2kit.cloud.local.daemon.CloudDaemon} puts it together. All state has one
 * owner thread ({@code OwnerThread}); whatever blocks runs on virtual threads and reports back to it. Imports
 * {@code cloud.model}, {@code cloud.provider}, {@code local.protocol} and the fabric's contract.
 */
@NullMarked
package io.i2kit.cloud.local.daemon;

import org.jspecify.annotations.NullMarked;
