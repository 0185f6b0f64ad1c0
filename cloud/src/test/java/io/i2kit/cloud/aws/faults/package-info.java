/**
 * Calls of AWS that fail on the wire, and processes that end between them: whatever goes wrong once, things end as if nothing had.
 * Over the wire, to moto behind {@link io.i2kit.cloud.aws.faults.FaultProxy}.
 */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.faults;
