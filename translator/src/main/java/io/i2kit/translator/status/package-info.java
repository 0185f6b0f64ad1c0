/**
 * What the cloud and the guests report, as the kubelet would write it into a Pod's status. Imports fabric8's model and
 * {@code cloud.model}.
 */
@NullMarked
package io.i2kit.translator.status;

import org.jspecify.annotations.NullMarked;
