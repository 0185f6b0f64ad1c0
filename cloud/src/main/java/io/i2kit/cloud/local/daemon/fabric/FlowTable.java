package io.i2kit.cloud.local.daemon.fabric;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Flows by what their packets look like on arrival, and by how long they are silent. A hash table with open addressing and
 * primitive keys, so that a look-up allocates nothing; one list of flows for each state, oldest first, so that expiry and eviction
 * cost no search. The hash is seeded, since machines choose what goes in.
 */
final class FlowTable {
    private static final int INITIAL_SLOTS = 1_024;

    private final int maximumFlows;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Silence[] byState = new Silence[FlowState.values().length];
    private Flow.@Nullable Direction[] slots = new Flow.@Nullable Direction[INITIAL_SLOTS];
    private int flows;

    FlowTable(int maximumFlows) {
        this.maximumFlows = maximumFlows;
        for (int i = 0; i < byState.length; i++) {
            byState[i] = new Silence();
        }
    }

    static long addresses(int source, int destination) {
        return (long) source << 32 | destination & 0xffff_ffffL;
    }

    static long ports(int protocol, int sourcePort, int destinationPort) {
        return (long) protocol << 32 | (long) sourcePort << 16 | destinationPort;
    }

    int size() {
        return flows;
    }

    Flow.@Nullable Direction find(long addresses, long ports) {
        return slots[slotOf(addresses, ports)];
    }

    Flow.@Nullable Direction find(Flow.Tuple tuple) {
        return find(tuple.addresses(), tuple.ports());
    }

    /**
     * Adds a flow neither of whose directions is in the table.
     *
     * @return whether another flow was forgotten to make room
     */
    boolean add(Flow flow, long nowNanos) {
        boolean evicted = flows >= maximumFlows && evictOne();
        if ((flows + 1) * 4 > slots.length) { // two entries a flow, at most half full
            grow();
        }
        insert(flow.original);
        insert(flow.reply);
        flows++;
        flow.lastSeenNanos = nowNanos;
        list(flow).append(flow);
        return evicted;
    }

    /** Notes a packet of a flow. */
    void touch(Flow flow, FlowState next, long nowNanos) {
        list(flow).unlink(flow);
        flow.setState(next);
        flow.lastSeenNanos = nowNanos;
        list(flow).append(flow);
    }

    void remove(Flow flow) {
        list(flow).unlink(flow);
        delete(flow.original);
        delete(flow.reply);
        flows--;
    }

    /** Forgets the flows that were silent for longer than their state allows. */
    void expire(long nowNanos) {
        for (FlowState state : FlowState.values()) {
            Flow flow = byState[state.ordinal()].oldest;
            while (flow != null && nowNanos - flow.lastSeenNanos >= state.idleNanos) {
                remove(flow);
                flow = byState[state.ordinal()].oldest;
            }
        }
    }

    private boolean evictOne() {
        for (Silence silence : byState) {
            if (silence.oldest != null) {
                remove(silence.oldest);
                return true;
            }
        }
        return false;
    }

    private Silence list(Flow flow) {
        return byState[flow.state().ordinal()];
    }

    private void grow() {
        Flow.@Nullable Direction[] before = slots;
        slots = new Flow.@Nullable Direction[before.length * 2];
        for (Flow.@Nullable Direction direction : before) {
            if (direction != null) {
                insert(direction);
            }
        }
    }

    private void insert(Flow.Direction direction) {
        slots[slotOf(direction.addresses, direction.ports)] = direction;
    }

    /** Removes an entry and moves later ones of its run back, so that no tombstones are needed. */
    private void delete(Flow.Direction direction) {
        int mask = slots.length - 1;
        int hole = slotOf(direction.addresses, direction.ports);
        slots[hole] = null;
        int next = hole + 1 & mask;
        Flow.Direction moved = slots[next];
        while (moved != null) {
            int home = homeOf(moved.addresses, moved.ports);
            if ((next - home & mask) >= (next - hole & mask)) {
                slots[hole] = moved;
                slots[next] = null;
                hole = next;
            }
            next = next + 1 & mask;
            moved = slots[next];
        }
    }

    /** The slot that holds the key, or the free one where it would go. */
    private int slotOf(long addresses, long ports) {
        int mask = slots.length - 1;
        int slot = homeOf(addresses, ports);
        Flow.Direction found = slots[slot];
        while (found != null && (found.addresses != addresses || found.ports != ports)) {
            slot = slot + 1 & mask;
            found = slots[slot];
        }
        return slot;
    }

    private int homeOf(long addresses, long ports) {
        long hash = (addresses ^ seed) * 0x9E37_79B9_7F4A_7C15L;
        hash = (hash ^ hash >>> 32 ^ ports) * 0xBF58_476D_1CE4_E5B9L;
        return (int) (hash ^ hash >>> 32) & slots.length - 1;
    }

    /** The flows of one state, by their last packet. */
    private static final class Silence {
        @Nullable
        Flow oldest;

        @Nullable
        Flow newest;

        void append(Flow flow) {
            flow.older = newest;
            flow.newer = null;
            if (newest == null) {
                oldest = flow;
            } else {
                newest.newer = flow;
            }
            newest = flow;
        }

        void unlink(Flow flow) {
            if (flow.older == null) {
                oldest = flow.newer;
            } else {
                flow.older.newer = flow.newer;
            }
            if (flow.newer == null) {
                newest = flow.older;
            } else {
                flow.newer.older = flow.older;
            }
        }
    }
}
