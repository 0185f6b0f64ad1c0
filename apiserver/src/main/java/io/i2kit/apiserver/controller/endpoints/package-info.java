/**
 * Endpoints and EndpointSlices of Services with a selector, from the Pods that they select, as Kubernetes' endpoint and
 * endpointslice controllers make them. Imports {@code registry}, {@code storage}, {@code informer} and the controllers' frame.
 */
@NullMarked
package io.i2kit.apiserver.controller.endpoints;

import org.jspecify.annotations.NullMarked;
