/**
 * The Deployment controller: Kubernetes' own algorithm ({@code pkg/controller/deployment}) over ReplicaSets. Start at {@link
 * io.i2kit.apiserver.controller.deployment.DeploymentController}. Imports {@code controller}, {@code informer} and {@code
 * registry}, and of {@code translator} the names of annotations.
 */
@NullMarked
package io.i2kit.apiserver.controller.deployment;

import org.jspecify.annotations.NullMarked;
