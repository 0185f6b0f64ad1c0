/** ReplicaSets and bare Pods to stacks of cloud resources. Imports fabric8's model and {@code cloud.model}. */
@NullMarked
package io.i2kit.translator.apps;

import org.jspecify.annotations.NullMarked;
