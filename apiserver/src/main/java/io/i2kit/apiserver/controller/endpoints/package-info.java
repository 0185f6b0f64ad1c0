/**
 * Endpoints and EndpointSlices of Services with a selector, from the Pods that they select, and EndpointSlices of Endpoints
 * that others write, as Kubernetes' endpoint, endpointslice and endpointslicemirroring controllers make them. Imports {@code registry}, {@code storage}, {@code informer} and the controllers' frame.
 */
@NullMarked
package io.i2kit.apiserver.controller.endpoints;

import org.jspecify.annotations.NullMarked;
