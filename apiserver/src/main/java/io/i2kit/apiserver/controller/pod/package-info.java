/**
 * Pods and their machines: builds and deploys the stack of each ReplicaSet and bare Pod, binds Pods to machines, ends machines of
 * deleted Pods, listens to guests and writes Pod status and Events. Imports {@code registry}, {@code informer}, {@code typed}, the translator,
 * {@code cloud.deploy}, {@code cloud.provider}, {@code cloud.agent} and {@code cloud.image}'s resolver.
 */
@NullMarked
package io.i2kit.apiserver.controller.pod;

import org.jspecify.annotations.NullMarked;
