/**
 * ReplicaSets: creates, adopts, releases, ranks and deletes Pods by Kubernetes' algorithm
 * ({@code pkg/controller/replicaset/replica_set.go}). Knows no cloud: machines follow Pods. Imports {@code registry} and
 * {@code informer}.
 */
@NullMarked
package io.i2kit.apiserver.controller.replicaset;

import org.jspecify.annotations.NullMarked;
