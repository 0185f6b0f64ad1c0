package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.stream.Connection;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A Vert.x socket as blocking streams: what is not read holds the socket back, what is written waits for it. */
final class UpgradedConnection implements Connection {
    /** Buffers that may wait to be read; each is what one read of the socket gave. */
    private static final int READ_AHEAD = 4;

    private static final long MAX_PENDING_BYTES = 128 * 1024;
    private static final long CLOSE_PATIENCE_SECONDS = 10;
    private static final Buffer END = Buffer.buffer();

    private final NetSocket socket;
    private final Context loop;
    private final BlockingQueue<Buffer> received = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private volatile boolean paused;
    private long pending;
    private boolean ended;

    /** To be made on the socket's event loop, before anything is read from it. */
    UpgradedConnection(NetSocket socket, Context loop) {
        this.socket = socket;
        this.loop = loop;
        socket.handler(this::received);
        socket.exceptionHandler(failed -> ended());
        socket.endHandler(end -> received.add(END));
        socket.closeHandler(closed -> ended());
    }

    private void received(Buffer buffer) {
        received.add(buffer);
        if (received.size() >= READ_AHEAD) {
            paused = true;
            socket.pause();
        }
    }

    /** On the event loop, where it was paused. */
    private void resume() {
        if (paused && received.size() < READ_AHEAD) {
            paused = false;
            socket.resume();
        }
    }

    private void ended() {
        received.add(END);
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Input extends InputStream {
        private Buffer current = END;
        private int position;
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (over || position == current.length() && !next()) {
                return -1;
            }
            int size = Math.min(length, current.length() - position);
            current.getBytes(position, position + size, target, offset);
            position += size;
            return size;
        }

        private boolean next() throws IOException {
            try {
                current = received.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            position = 0;
            over = current.length() == 0;
            if (!over) {
                if (paused) {
                    loop.runOnContext(now -> resume());
                }
            }
            return !over;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            lock.lock();
            try {
                while (pending > MAX_PENDING_BYTES && !ended) {
                    changed.await();
                }
                if (ended) {
                    throw new IOException("the client went away");
                }
                pending += length;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                lock.unlock();
            }
            socket.write(Buffer.buffer(length).appendBytes(data, offset, length))
                    .onComplete(done -> written(length, done.succeeded()));
        }
    }

    private void written(int length, boolean succeeded) {
        lock.lock();
        try {
            pending -= length;
            ended |= !succeeded;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(CLOSE_PATIENCE_SECONDS);
            while (pending > 0 && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        socket.close();
    }
}
