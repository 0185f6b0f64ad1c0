/**
 * HTTP to a port of a Pod through its machine, for the {@code proxy} subresources. Imports {@code registry} and Netty's codecs; knows
 * nothing of how requests come to the server.
 */
@NullMarked
package io.i2kit.apiserver.http.proxy;

import org.jspecify.annotations.NullMarked;
