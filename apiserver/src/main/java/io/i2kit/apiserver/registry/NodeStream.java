package io.i2kit.apiserver.registry;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a process or a port on a Pod's machine. Calls block, and so hold a fast side back; one thread reads, any may write.
 * Closing ends both directions, whatever they wait for.
 */
public interface NodeStream extends AutoCloseable {
    /** To the process or the port. */
    int INPUT = 0;

    /** From the process or the port. */
    int OUTPUT = 1;

    /** A process's standard error. */
    int ERRORS = 2;

    /** How a process ended: {@code {"exitCode": 3}} or {@code {"error": "…"}}; its last frame. */
    int OUTCOME = 3;

    /** A terminal's size: {@code {"Width": 80, "Height": 24}}. */
    int RESIZE = 4;

    /** @param data empty when the channel has ended */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Frame(int channel, byte[] data) {}

    /** Which of a process's streams a client wants. */
    record Wanted(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    /** What a stream leads to. */
    sealed interface Target {
        record Exec(String container, List<String> command, Wanted wanted) implements Target {
            public Exec {
                command = List.copyOf(command);
            }
        }

        record Attach(String container, Wanted wanted) implements Target {}

        record Port(int port) implements Target {}
    }

    /**
     * The next frame, or null when the machine has closed the stream in order.
     *
     * @throws IOException when the machine has gone away
     */
    @Nullable
    Frame read() throws IOException;

    /** Sends bytes; a length of 0 ends the channel. */
    void write(int channel, byte[] data, int offset, int length) throws IOException;

    @Override
    void close();
}
