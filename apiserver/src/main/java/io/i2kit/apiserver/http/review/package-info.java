/**
 * Answers to reviews: what somebody may do, who somebody is. Imports {@code http.auth} and {@code http.rest}.
 */
@NullMarked
package io.i2kit.apiserver.http.review;

import org.jspecify.annotations.NullMarked;
