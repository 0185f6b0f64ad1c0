package io.i2kit.apiserver.http;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.NodeStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A machine whose processes and ports are this host's own. */
final class LocalNode implements NodeProxy {
    /** Streams that are open now. */
    final AtomicInteger streams = new AtomicInteger();

    /** The command {@code late} was asked for. */
    final CountDownLatch lateAsked = new CountDownLatch(1);

    /** The command {@code late} may begin. */
    final CountDownLatch lateGranted = new CountDownLatch(1);

    private volatile @Nullable LocalStream last;

    @Override
    public InputStream containerLogs(ObjectNode pod, String container, Map<String, String> parameters) {
        return new ByteArrayInputStream(("log of " + container + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public NodeStream stream(ObjectNode pod, NodeStream.Target target) {
        try {
            LocalStream stream = switch (target) {
                case NodeStream.Target.Exec exec -> process(exec.command().toArray(String[]::new));
                case NodeStream.Target.Attach attach -> process("cat");
                case NodeStream.Target.Port port -> port(port.port());
            };
            last = stream;
            return stream;
        } catch (IOException e) {
            throw new ApiException(502, "InternalError", "failed to connect: " + e.getMessage(), null);
        }
    }

    /** The machine of the last stream goes away. */
    void crash() {
        LocalStream stream = last;
        if (stream != null) {
            stream.crash();
        }
    }

    private LocalStream process(String... command) {
        if (command[0].equals("not-running")) {
            throw new ApiException(500, "InternalError", "container not found (\"c\")", null);
        }
        if (command[0].equals("late")) {
            lateAsked.countDown();
            try {
                lateGranted.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return process("cat");
        }
        try {
            Process process = new ProcessBuilder(command).start();
            LocalStream stream = new LocalStream(process.getOutputStream(), process::destroyForcibly);
            Thread out = stream.copy(process.getInputStream(), NodeStream.OUTPUT);
            Thread err = stream.copy(process.getErrorStream(), NodeStream.ERRORS);
            platform(() -> {
                try {
                    int code = process.waitFor();
                    out.join();
                    err.join();
                    stream.outcome("{\"exitCode\":" + code + "}");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            return stream;
        } catch (IOException e) {
            LocalStream stream = new LocalStream(OutputStream.nullOutputStream(), () -> {});
            platform(() -> stream.outcome("{\"error\":\"failed to exec in container: no such file\"}"));
            return stream;
        }
    }

    private LocalStream port(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        OutputStream out = socket.getOutputStream();
        OutputStream halfClosing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
            }

            @Override
            public void write(byte[] data, int offset, int length) throws IOException {
                out.write(data, offset, length);
            }

            @Override
            public void close() throws IOException {
                socket.shutdownOutput();
            }
        };
        LocalStream stream = new LocalStream(halfClosing, () -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Thread copied = stream.copy(socket.getInputStream(), NodeStream.OUTPUT);
        platform(() -> {
            try {
                copied.join();
                stream.put(new NodeStream.Frame(NodeStream.OUTPUT, new byte[0]));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return stream;
    }

    /** Pipes of processes hold a virtual thread's carrier, and there are few of those. */
    private static Thread platform(Runnable work) {
        return Thread.ofPlatform().daemon().start(work);
    }

    private final class LocalStream implements NodeStream {
        private static final Frame END = new Frame(-1, new byte[0]);
        private static final Frame CRASH = new Frame(-2, new byte[0]);
        private final BlockingQueue<Frame> frames = new ArrayBlockingQueue<>(4);
        private final OutputStream input;
        private final Runnable ender;
        private volatile boolean closed;

        LocalStream(OutputStream input, Runnable ender) {
            this.input = input;
            this.ender = ender;
            streams.incrementAndGet();
        }

        Thread copy(InputStream from, int channel) {
            return platform(() -> {
                byte[] chunk = new byte[16 * 1024];
                try (from) {
                    for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                        put(new Frame(channel, Arrays.copyOf(chunk, read)));
                    }
                } catch (IOException e) {
                    // As a process that was killed: its output ends.
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }

        void put(Frame frame) throws InterruptedException {
            while (!closed && !frames.offer(frame, 20, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        }

        void outcome(String json) {
            try {
                put(new Frame(OUTCOME, json.getBytes(StandardCharsets.UTF_8)));
                put(END);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void crash() {
            frames.clear();
            frames.add(CRASH);
            ender.run();
        }

        @Override
        public @Nullable Frame read() throws IOException {
            try {
                Frame frame = frames.take();
                if (frame == CRASH || closed) {
                    throw new IOException("Connection reset");
                }
                return frame == END ? null : frame;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(int channel, byte[] data, int offset, int length) throws IOException {
            if (channel != INPUT) {
                return;
            }
            AtomicReference<IOException> failure = new AtomicReference<>();
            try {
                platform(() -> {
                            try {
                                if (length == 0) {
                                    input.close();
                                } else {
                                    input.write(data, offset, length);
                                    input.flush();
                                }
                            } catch (IOException e) {
                                failure.set(e);
                            }
                        })
                        .join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (failure.get() != null) {
                throw failure.get();
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                streams.decrementAndGet();
                ender.run();
                frames.clear();
                frames.add(END);
            }
        }
    }
}
