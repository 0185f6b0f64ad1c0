package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's resolvers for what is not the cluster's, one after the other, without holding up the fabric's thread. An answer
 * counts only when it comes from the resolver that was asked, with the random id and the question of the query.
 */
final class DnsForwarder {
    private static final Logger LOG = LoggerFactory.getLogger(DnsForwarder.class);

    /** Three tries end within the five seconds after which resolver libraries give up on a server. */
    private static final int ATTEMPTS = 3;

    private static final long ATTEMPT_NANOS = Duration.ofMillis(1_500).toNanos();
    private static final int MAXIMUM_PENDING = 1_024;

    private final DatagramChannel channel;
    private final Supplier<List<InetSocketAddress>> resolvers;
    private final Replies replies;
    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, Pending> pending = new HashMap<>();
    /** The resolver that answered last: asked first, so that one that is down costs its time only once. */
    private @Nullable InetSocketAddress preferred;

    private final ByteBuffer input = ByteBuffer.allocate(4_096);

    DnsForwarder(Selector selector, Supplier<List<InetSocketAddress>> resolvers, Replies replies) throws IOException {
        this.channel = DatagramChannel.open();
        this.channel.configureBlocking(false);
        this.channel.register(selector, SelectionKey.OP_READ, this);
        this.resolvers = resolvers;
        this.replies = replies;
    }

    /** Who asked. */
    record Asker(SwitchPort machine, int port) {}

    /** Where answers go, each once for each question. */
    interface Replies {
        void reply(Asker asker, byte[] message);
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    void ask(Asker asker, DnsQuery query, DnsServer.AskOutside outside, long nowNanos) {
        List<InetSocketAddress> servers = resolvers.get();
        if (servers.isEmpty() || pending.size() >= MAXIMUM_PENDING) {
            replies.reply(asker, DnsWriter.encode(query, DnsAnswer.error(Dns.SERVER_FAILURE)));
            return;
        }
        int id = random.nextInt(0x1_0000);
        while (pending.containsKey(id)) {
            id = random.nextInt(0x1_0000);
        }
        Pending question = new Pending(id, asker, query, outside, preferredFirst(servers));
        pending.put(id, question);
        attempt(question, nowNanos);
    }

    private List<InetSocketAddress> preferredFirst(List<InetSocketAddress> servers) {
        List<InetSocketAddress> ordered = new ArrayList<>(servers);
        Collections.rotate(ordered, -(preferred == null ? 0 : Math.max(0, servers.indexOf(preferred))));
        return ordered;
    }

    private void attempt(Pending question, long nowNanos) {
        InetSocketAddress server = question.servers.get(question.attempts % question.servers.size());
        question.attempts++;
        question.deadlineNanos = nowNanos + ATTEMPT_NANOS;
        question.asked = server;
        try {
            channel.send(
                    ByteBuffer.wrap(UpstreamMessage.question(question.id, question.outside.name(), question.query)),
                    server);
        } catch (IOException | UnsupportedAddressTypeException e) {
            LOG.debug("cannot ask the resolver {}: {}", server, e.toString());
            question.deadlineNanos = nowNanos;
        }
    }

    /** Takes the answers that have come. */
    void receive() {
        try {
            SocketAddress sender = channel.receive(input.clear());
            while (sender != null) {
                byte[] message = new byte[input.flip().remaining()];
                input.get(message);
                answer(sender, message);
                sender = channel.receive(input.clear());
            }
        } catch (IOException e) {
            LOG.debug("a resolver cannot be reached: {}", e.toString()); // the next attempt follows at its time
        }
    }

    private void answer(SocketAddress sender, byte[] message) {
        if (message.length < Dns.HEADER_BYTES) {
            return;
        }
        Pending question = pending.get(UpstreamMessage.id(message));
        if (question == null
                || !sender.equals(question.asked)
                || !UpstreamMessage.answers(message, question.outside.name(), question.query)) {
            return;
        }
        pending.remove(question.id);
        preferred = question.asked;
        replies.reply(question.asker, reply(question, message));
    }

    private static byte[] reply(Pending question, byte[] message) {
        DnsQuery query = question.query;
        List<ResourceRecord> aliases = question.outside.aliases();
        if (!aliases.isEmpty()) {
            return DnsWriter.encode(query, followed(aliases, message));
        }
        byte[] sent = message;
        if (message.length > query.limitBytes()) {
            sent = DnsWriter.encode(query, DnsAnswer.error(Dns.NO_ERROR));
            sent[2] |= (byte) (Dns.TRUNCATED >>> 8);
        }
        sent[0] = (byte) (query.id() >>> 8);
        sent[1] = (byte) query.id();
        return sent;
    }

    private static DnsAnswer followed(List<ResourceRecord> aliases, byte[] message) {
        try {
            List<ResourceRecord> answers = new ArrayList<>(aliases);
            answers.addAll(UpstreamMessage.addressesAndAliases(message));
            return new DnsAnswer(UpstreamMessage.code(message), false, answers, List.of(), List.of());
        } catch (DnsFormatException e) {
            return DnsAnswer.error(Dns.SERVER_FAILURE);
        }
    }

    /** Tries again, or gives up, where no answer came in time. */
    void expire(long nowNanos) {
        for (Pending question : List.copyOf(pending.values())) {
            if (nowNanos - question.deadlineNanos < 0) {
                continue;
            }
            if (question.attempts < ATTEMPTS) {
                attempt(question, nowNanos);
            } else {
                pending.remove(question.id);
                replies.reply(question.asker, DnsWriter.encode(question.query, DnsAnswer.error(Dns.SERVER_FAILURE)));
            }
        }
    }

    void close() throws IOException {
        channel.close();
    }

    private static final class Pending {
        final int id;
        final Asker asker;
        final DnsQuery query;
        final DnsServer.AskOutside outside;
        final List<InetSocketAddress> servers;
        InetSocketAddress asked;
        int attempts;
        long deadlineNanos;

        Pending(int id, Asker asker, DnsQuery query, DnsServer.AskOutside outside, List<InetSocketAddress> servers) {
            this.id = id;
            this.asker = asker;
            this.query = query;
            this.outside = outside;
            this.servers = servers;
            this.asked = servers.getFirst();
        }
    }
}
