package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Machines that are a few threads of this JVM: they answer HTTP on their forwarded ports, read their tags disk, and live on
 * when the daemon that started them is gone.
 */
final class FakeHypervisor implements Hypervisor {
    /** The guest port that answers {@code /ready}. */
    static final int READY_PORT = 10251;

    /** The guest port of the agent. */
    static final int AGENT_PORT = 10250;

    final Map<String, FakeMachine> machines = new ConcurrentHashMap<>();
    final AtomicInteger launches = new AtomicInteger();
    volatile String refusal = "";
    volatile boolean bornReady = true;
    volatile boolean bornSilent;
    volatile boolean stubborn;

    @Override
    public Machine launch(MachineSpec spec) throws IOException {
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        launches.incrementAndGet();
        FakeMachine machine = new FakeMachine(spec);
        machines.put(spec.uuid(), machine);
        return machine;
    }

    @Override
    public Optional<Machine> adopt(MachineSpec spec) {
        return Optional.ofNullable(machines.get(spec.uuid()));
    }

    @Override
    public void endStrays(Collection<String> known) {
        machines.forEach((uuid, machine) -> {
            if (!known.contains(uuid)) {
                machine.kill();
            }
        });
    }

    @Override
    public Description description() {
        return new Description("kvm", "threads of a test", "fake 1");
    }

    FakeMachine machine(String id) {
        return machines.values().stream()
                .filter(machine -> machine.spec.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** One machine. */
    final class FakeMachine implements Machine {
        final MachineSpec spec;
        final List<ServerSocket> ports = new ArrayList<>();
        final CompletableFuture<Exit> ended = new CompletableFuture<>();
        volatile boolean ready = bornReady;
        volatile boolean terminating;

        FakeMachine(MachineSpec spec) throws IOException {
            this.spec = spec;
            for (Map.Entry<Integer, Integer> forward : spec.forwards().entrySet()) {
                forward(forward.getValue(), forward.getKey());
            }
            Thread.startVirtualThread(this::readTags);
        }

        @Override
        public long pid() {
            return 1;
        }

        @Override
        public CompletableFuture<Exit> ended() {
            return ended;
        }

        @Override
        public synchronized void forward(int hostPort, int guestPort) throws IOException {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), hostPort), 100);
            ports.add(server);
            Thread.startVirtualThread(() -> accept(server, guestPort));
        }

        private void accept(ServerSocket server, int guestPort) {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.startVirtualThread(() -> answer(socket, guestPort));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void answer(Socket socket, int guestPort) {
            try (socket) {
                String request = head(socket.getInputStream());
                if (bornSilent || request.isEmpty()) {
                    return;
                }
                boolean health = guestPort == READY_PORT;
                String status = !health || (ready && !terminating) ? "200 OK" : "503 Service Unavailable";
                String body = spec.id();
                socket.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length()
                                        + "\r\nConnection: close\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client went away, as clients do.
            }
        }

        private String head(InputStream in) throws IOException {
            StringBuilder text = new StringBuilder();
            int octet;
            while (text.indexOf("\r\n\r\n") < 0 && (octet = in.read()) >= 0) {
                text.append((char) octet);
            }
            return text.toString();
        }

        private void readTags() {
            while (!ended.isDone()) {
                if (tags().path("terminating").asBoolean(false)) {
                    terminating = true;
                    if (!stubborn) {
                        end(new Exit("GuestShutdown", "the machine powered itself off"));
                    }
                }
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** The tags disk as the guest reads it. */
        JsonNode tags() {
            return document("tags.img");
        }

        JsonNode document(String file) {
            try {
                Path disk = spec.directory().resolve(file);
                byte[] content = Files.readAllBytes(disk);
                int end = 0;
                while (content[end] != 0) {
                    end++;
                }
                return Wire.JSON.readTree(Arrays.copyOf(content, end));
            } catch (IOException | JacksonException e) {
                return Wire.JSON.createObjectNode();
            }
        }

        @Override
        public void kill() {
            end(new Exit("HypervisorExited", "killed"));
        }

        synchronized void end(Exit exit) {
            machines.remove(spec.uuid());
            for (ServerSocket port : ports) {
                try {
                    port.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            ended.complete(exit);
        }
    }
}
