package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name servers of a resolv.conf, read again with each question that goes out, since hosts change networks. */
final class HostResolvers implements Supplier<List<InetSocketAddress>> {
    private static final Logger LOG = LoggerFactory.getLogger(HostResolvers.class);
    private static final int PORT = 53;

    private final Path file;

    HostResolvers(Path file) {
        this.file = file;
    }

    @Override
    public List<InetSocketAddress> get() {
        try {
            return parse(Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("cannot read the host's resolvers: {}", e.toString());
            return List.of();
        }
    }

    static List<InetSocketAddress> parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 2 && words[0].equals("nameserver")) {
                try {
                    servers.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), PORT));
                } catch (IllegalArgumentException e) {
                    LOG.warn("the host's resolver \"{}\" is not an address", words[1]);
                }
            }
        }
        return List.copyOf(servers);
    }
}
