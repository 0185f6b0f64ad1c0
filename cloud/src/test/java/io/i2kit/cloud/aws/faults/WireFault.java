package io.i2kit.cloud.aws.faults;

/** What goes wrong with a call between a client and AWS. */
public enum WireFault {
    /** AWS refuses each attempt for its rate. */
    THROTTLED(false),
    /** AWS answers each attempt with an error of its own. */
    FAILED(false),
    /** Nobody answers the first attempt, and the others' connections break. */
    TIMED_OUT(false),
    /** The connection of each attempt breaks before AWS has the call. */
    RESET(false),
    /** The answer of each attempt is lost after the effect. */
    ANSWER_LOST(true),
    /** The first attempt's answer is lost after the effect; the client's own next attempt is answered. */
    ANSWER_LOST_ONCE(true),
    /** The client's process ends before AWS has the call. */
    KILLED_BEFORE(true),
    /** The client's process ends after the effect. */
    KILLED_AFTER(true);

    private final boolean ofChangesOnly;

    WireFault(boolean ofChangesOnly) {
        this.ofChangesOnly = ofChangesOnly;
    }

    /** A call that only reads may be out of question: it shows nothing there that another fault does not. */
    boolean canMeet(WireCall call) {
        return call.isChange() || !ofChangesOnly;
    }
}
