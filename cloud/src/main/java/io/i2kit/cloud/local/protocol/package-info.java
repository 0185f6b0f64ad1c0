/**
 * What client and process of the embedded cloud say to each other: one JSON document a line over a Unix socket. A request is
 * {@code {"id":7,"call":{"call":"describeGroups","names":[]}}}; its answer has the same id and either {@code result} or
 * {@code failure}. Answers may overtake each other. Imports {@code cloud.model}, {@code cloud.provider} and Jackson.
 */
@NullMarked
package io.i2kit.cloud.local.protocol;

import org.jspecify.annotations.NullMarked;
