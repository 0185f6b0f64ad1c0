package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.stream.Connection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What a handler answers. */
public sealed interface Answer {
    /**
     * A whole answer.
     *
     * @param parts of the body, written in order: cached bytes are joined, never copied together
     * @param headers besides Content-Type
     * @param warnings texts of {@code Warning: 299} headers
     */
    record Whole(int status, String contentType, List<byte[]> parts, Map<String, String> headers, List<String> warnings)
            implements Answer {
        public Whole {
            parts = List.copyOf(parts);
            headers = Map.copyOf(headers);
            warnings = List.copyOf(warnings);
        }

        public Whole(int status, String contentType, byte[] body) {
            this(status, contentType, List.of(body), Map.of(), List.of());
        }
    }

    /**
     * A whole answer that is too large to be in memory at once: its parts are made while the client takes it.
     *
     * @param headers besides Content-Type
     * @param slices of the body, made one by one on the thread that writes; one that throws breaks the answer off
     */
    record Sliced(String contentType, Map<String, String> headers, Iterator<List<byte[]>> slices) implements Answer {
        public Sliced {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * An answer that is written bit by bit.
     *
     * @param headers all of them, but for what every answer has; a name may come more than once
     */
    record Stream(int status, List<Map.Entry<String, String>> headers, Source source) implements Answer {
        public Stream {
            headers = List.copyOf(headers);
        }

        public Stream(String contentType, Source source) {
            this(200, List.of(Map.entry("Content-Type", contentType)), source);
        }

        /** The same with an action after its end, however it ends. */
        public Stream andThen(Runnable action) {
            return new Stream(status, headers, sink -> {
                sink.onClose(action);
                source.start(sink);
            });
        }
    }

    /**
     * The connection becomes another protocol's: 101 with these headers, then what the protocol says.
     *
     * @param headers with {@code Upgrade} and {@code Connection}
     */
    record Upgrade(Map<String, String> headers, Protocol protocol) implements Answer {
        public Upgrade {
            headers = Map.copyOf(headers);
        }
    }

    /** Speaks on an upgraded connection. */
    @FunctionalInterface
    interface Protocol {
        /** Called once on a virtual thread; the connection is closed when it returns. */
        void run(Connection connection);

        /** Called instead when the client left before the upgrade. */
        default void abandoned() {}

        /** Whether the client has taken nothing for too long and is to be cut off. */
        default boolean isStuck() {
            return false;
        }

        /** The same with an action after its end, however it ends. */
        default Protocol andThen(Runnable action) {
            Protocol first = this;
            return new Protocol() {
                @Override
                public void run(Connection connection) {
                    try {
                        first.run(connection);
                    } finally {
                        action.run();
                    }
                }

                @Override
                public void abandoned() {
                    try {
                        first.abandoned();
                    } finally {
                        action.run();
                    }
                }

                @Override
                public boolean isStuck() {
                    return first.isStuck();
                }
            };
        }
    }

    /** Writes a stream. */
    @FunctionalInterface
    interface Source {
        /** Called once on a virtual thread after the head was sent; returns early or late, {@link Sink#end} ends the answer. */
        void start(Sink sink);
    }

    /** Where a stream goes. Safe for any thread. */
    interface Sink {
        /** Queues bytes; a closed sink drops them. */
        void write(byte[] bytes);

        /** Whether the client reads too slowly to take more now. */
        boolean isFull();

        /** Calls once when there is room again. */
        void onDrain(Runnable action);

        /** Calls once when the client went away or the answer ended. */
        void onClose(Runnable action);

        void end();

        /** Ends the answer so that the client can tell that something is missing. */
        void abort();
    }
}
