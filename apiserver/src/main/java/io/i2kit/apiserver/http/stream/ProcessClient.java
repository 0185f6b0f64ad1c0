package io.i2kit.apiserver.http.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A client of exec or attach, whichever protocol it speaks. One thread receives, another one sends. */
interface ProcessClient {
    /**
     * What a client sent.
     *
     * @param channel {@link io.i2kit.apiserver.registry.NodeStream#INPUT} or {@code RESIZE}
     * @param data empty when the channel has ended
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Input(int channel, byte[] data) {}

    /** Waits for the next input; null when the client has gone. */
    @Nullable
    Input receive() throws IOException;

    /** Whether a client that sends no more still hears. */
    boolean listens();

    /** @param channel {@link io.i2kit.apiserver.registry.NodeStream#OUTPUT} or {@code ERRORS} */
    void output(int channel, byte[] data) throws IOException;

    /** The last thing that a client hears. */
    void finish(Outcome outcome) throws IOException;
}
