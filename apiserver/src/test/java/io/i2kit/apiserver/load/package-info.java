/**
 * The load tool: measures any Kubernetes API server through its kubeconfig, i2kit and kube-apiserver alike. {@code .ci/load} starts the
 * servers and runs it. Knows HTTP and {@code /proc}, nothing of i2kit's own classes.
 */
@NullMarked
package io.i2kit.apiserver.load;

import org.jspecify.annotations.NullMarked;
