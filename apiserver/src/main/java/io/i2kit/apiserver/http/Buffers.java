package io.i2kit.apiserver.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Buffers over bytes that are shared: Vert.x' own methods copy. */
final class Buffers {
    private Buffers() {}

    /** @param bytes never modified */
    static Buffer shared(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
