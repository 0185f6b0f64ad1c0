/**
 * The network of the embedded cloud, in user space and without root: a switch for the machines of one host, Service addresses by
 * destination NAT, and the cluster's DNS. {@link io.i2kit.cloud.local.daemon.fabric.Fabric} is its whole face; one selector
 * thread owns everything behind it. Imports {@code cloud.model} and the JDK only.
 */
@NullMarked
package io.i2kit.cloud.local.daemon.fabric;

import org.jspecify.annotations.NullMarked;
