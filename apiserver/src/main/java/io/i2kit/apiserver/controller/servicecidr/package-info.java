/**
 * Keeps ServiceCIDRs and the IPAddresses of Services. Imports {@code controller}, {@code informer}, {@code registry} and
 * {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.controller.servicecidr;

import org.jspecify.annotations.NullMarked;
