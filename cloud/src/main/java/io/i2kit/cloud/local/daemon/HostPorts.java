package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Chooses ports on 127.0.0.1 for ways into machines. They lie below the kernel's ephemeral range (32768 and up) and below the
 * node ports (30000 and up), so that neither an outgoing connection nor a Service takes one. Owner thread only.
 */
final class HostPorts {
    static final int FIRST = 20_000;
    static final int LAST = 29_999;

    private final Set<Integer> taken = new HashSet<>();
    private int next;

    /** @param seed where to begin, so that clouds side by side seldom meet */
    HostPorts(int seed) {
        next = FIRST + Math.floorMod(seed, LAST - FIRST + 1);
    }

    /** A port that nobody listens on; it stays taken until {@link #release}. */
    int take() {
        for (int tried = FIRST; tried <= LAST; tried++) {
            int candidate = next;
            next = next == LAST ? FIRST : next + 1;
            if (!taken.contains(candidate) && free(candidate)) {
                taken.add(candidate);
                return candidate;
            }
        }
        throw new CloudException.LimitExceeded("all host ports from " + FIRST + " to " + LAST + " are in use");
    }

    /** Notes a port that a machine has already. */
    void take(int port) {
        taken.add(port);
    }

    void release(int port) {
        taken.remove(port);
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
