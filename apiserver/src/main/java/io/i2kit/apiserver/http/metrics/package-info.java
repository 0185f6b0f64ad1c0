/** {@code /metrics} in Prometheus' text format, by upstream's names. Imports {@code http.rest} for requests and answers. */
@NullMarked
package io.i2kit.apiserver.http.metrics;

import org.jspecify.annotations.NullMarked;
