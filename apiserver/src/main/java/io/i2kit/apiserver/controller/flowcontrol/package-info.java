/**
 * Keeps the FlowSchemas and PriorityLevelConfigurations that every cluster has, and says of each FlowSchema whether its level is there.
 * Imports {@code controller}, {@code informer}, {@code registry} and {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.controller.flowcontrol;

import org.jspecify.annotations.NullMarked;
