/**
 * Services as load balancers and names of the cloud. Imports {@code registry}, {@code storage}, {@code informer}, the controllers'
 * frame, the translator and {@code cloud.deploy}.
 */
@NullMarked
package io.i2kit.apiserver.controller.service;

import org.jspecify.annotations.NullMarked;
