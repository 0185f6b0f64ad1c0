package io.i2kit.cloud.local.daemon.fabric;

import java.time.Duration;

/**
 * How far a translated flow is, and how long it is remembered without a packet. The times follow Linux' connection tracking and
 * kube-proxy's settings of it ({@code tcpEstablishedTimeout} 24 h, {@code tcpCloseWaitTimeout} 1 h). When the table is full, the
 * flow that is longest silent in the first state of this list that has any makes room.
 */
enum FlowState {
    /** Reset by one side. */
    CLOSED(Duration.ofSeconds(10)),
    /** Both sides have sent FIN. */
    TIME_WAIT(Duration.ofSeconds(60)),
    SYN_SENT(Duration.ofSeconds(60)),
    SYN_RECEIVED(Duration.ofSeconds(60)),
    UDP_UNREPLIED(Duration.ofSeconds(30)),
    UDP_REPLIED(Duration.ofSeconds(120)),
    /** One side has sent FIN. */
    HALF_CLOSED(Duration.ofHours(1)),
    ESTABLISHED(Duration.ofHours(24));

    final long idleNanos;

    FlowState(Duration idle) {
        this.idleNanos = idle.toNanos();
    }

    /** Whether both ends hold the connection, so that it must stay with its backend. */
    boolean isOpenTcp() {
        return this == ESTABLISHED || this == HALF_CLOSED;
    }

    /** Whether a new SYN of the same ports means a new connection. */
    boolean isOver() {
        return this == CLOSED || this == TIME_WAIT;
    }
}
