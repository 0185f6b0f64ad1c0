/**
 * AWS as its documentation says it behaves, in memory: launches are pending first, new things are not visible at once, duplicates are
 * refused, capacity and quotas run out, machines drain before they end, calls are throttled and answers are lost.
 */
@org.jspecify.annotations.NullMarked
package io.i2kit.cloud.aws.fake;
