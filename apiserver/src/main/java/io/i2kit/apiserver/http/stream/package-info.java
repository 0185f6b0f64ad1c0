/**
 * What clients and machines say to each other on an upgraded connection: WebSocket channels and SPDY on the client's side, frames
 * on the machine's. Plain blocking streams on virtual threads, no Vert.x; Netty only for the coding of SPDY frames. Imports
 * {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.http.stream;

import org.jspecify.annotations.NullMarked;
