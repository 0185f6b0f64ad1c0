package io.i2kit.cloud.local.daemon.fabric;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** QEMU's end of a machine's network card: listens on a Unix socket and speaks the framing of {@code -netdev stream}. */
final class FakeMachine implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    final String id;
    final String mac;
    final Inet4Address address;
    final Path socket;
    private final ServerSocketChannel listener;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private volatile @Nullable SocketChannel connection;

    private FakeMachine(Path directory, int number) throws IOException {
        id = "i-" + number;
        mac = "52:54:00:00:00:%02x".formatted(number);
        address = Inet4Address.ofLiteral("10.244.0." + number);
        socket = directory.resolve("net" + number + ".sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    /** A machine 10.244.0.{@code number} that is attached and connected. */
    static FakeMachine connected(Fabric fabric, Path directory, int number) throws Exception {
        FakeMachine machine = new FakeMachine(directory, number);
        fabric.attach(machine.id, machine.mac, machine.address, machine.socket);
        machine.accept();
        machine.readInBackground();
        return machine;
    }

    /** The same, but nothing reads what comes until {@link #readInBackground}. */
    static FakeMachine deaf(Fabric fabric, Path directory, int number) throws Exception {
        FakeMachine machine = new FakeMachine(directory, number);
        fabric.attach(machine.id, machine.mac, machine.address, machine.socket);
        machine.accept();
        return machine;
    }

    long macNumber() {
        return MacAddress.parse(mac);
    }

    int addressNumber() {
        return Ipv4.toInt(address);
    }

    void accept() throws IOException {
        connection = listener.accept();
    }

    void readInBackground() {
        SocketChannel channel = open();
        Thread.ofVirtual().start(() -> read(channel));
    }

    private SocketChannel open() {
        SocketChannel channel = connection;
        if (channel == null) {
            throw new IllegalStateException("not connected");
        }
        return channel;
    }

    private void read(SocketChannel channel) {
        try (DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                received.add(frame);
            }
        } catch (EOFException e) {
            // the switch has hung up
        } catch (IOException e) {
            // this end has hung up
        }
    }

    void send(byte[] frame) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        write(message);
    }

    /** Sends raw octets, in writes of the given size. */
    void sendRaw(byte[] octets, int pieceBytes) throws IOException {
        for (int i = 0; i < octets.length; i += pieceBytes) {
            write(ByteBuffer.wrap(octets, i, Math.min(pieceBytes, octets.length - i)));
        }
    }

    private void write(ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            open().write(octets);
        }
    }

    byte[] receive() throws Exception {
        byte[] frame = received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (frame == null) {
            throw new TimeoutException(id + " received nothing");
        }
        return frame;
    }

    int waiting() {
        return received.size();
    }

    /** Ends the connection, as a machine that dies does; the socket goes on listening. */
    void hangUp() throws IOException {
        open().close();
    }

    @Override
    public void close() throws IOException {
        SocketChannel channel = connection;
        if (channel != null) {
            channel.close();
        }
        listener.close();
        Files.deleteIfExists(socket);
    }
}
