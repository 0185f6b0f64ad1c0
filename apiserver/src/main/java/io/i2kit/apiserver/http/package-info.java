/**
 * HTTP: requests to verbs, authentication, authorization, content negotiation, discovery, watch streams. Imports {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.http;

import org.jspecify.annotations.NullMarked;
