package io.i2kit.apiserver.registry;

/** How far i2kit goes with a kind. */
public enum Support {
    /** Acted on. */
    SERVED,
    /** Kept, with a {@code Warning:} on each write that nothing acts on it. */
    STORED,
    /** Answered from what the server knows, never stored: get and list. */
    COMPUTED,
    /** Answered, never stored: only POST. */
    REVIEW,
    /** An empty list for clients that expect the kind; writing is refused with a clear error. */
    LISTED
}
