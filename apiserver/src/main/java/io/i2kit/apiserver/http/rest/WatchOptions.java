package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code metav1.ListOptions} of a watch.
 *
 * @param resourceVersion 0 when the watch starts with the present state
 * @param timeout after which the server ends the watch
 */
record WatchOptions(long resourceVersion, boolean bookmarks, InitialEvents initialEvents, Duration timeout) {
    /** {@code sendInitialEvents}. */
    enum InitialEvents {
        /** Not said: the present objects when no resourceVersion is given. */
        DEFAULT,
        /** The present objects, then a bookmark that says so. */
        SEND,
        /** Only what follows. */
        OMIT
    }

    /** Whether the watch starts with the present objects. */
    boolean startsWithPresent() {
        return initialEvents == InitialEvents.SEND || initialEvents == InitialEvents.DEFAULT && resourceVersion == 0;
    }

    private static final Duration MIN_TIMEOUT = Duration.ofMinutes(30);

    /** @throws ApiException Invalid, as upstream's {@code ValidateListOptions} */
    static WatchOptions of(ApiRequest request) {
        String match = request.parameter("resourceVersionMatch");
        boolean asksInitial = request.query().containsKey("sendInitialEvents");
        InitialEvents initial = !asksInitial
                ? InitialEvents.DEFAULT
                : request.flag("sendInitialEvents") ? InitialEvents.SEND : InitialEvents.OMIT;
        if (asksInitial && !match.equals(ListOptions.NOT_OLDER)) {
            throw invalid(FieldError.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (!asksInitial && !match.isEmpty()) {
            throw invalid(FieldError.forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        long seconds = ListOptions.number(request, "timeoutSeconds");
        Duration timeout = seconds > 0
                ? Duration.ofSeconds(seconds)
                : MIN_TIMEOUT.plusSeconds(ThreadLocalRandom.current().nextLong(MIN_TIMEOUT.toSeconds()));
        return new WatchOptions(
                ListOptions.revision(request.parameter("resourceVersion"), "ListOptions"),
                request.flag("allowWatchBookmarks"),
                initial,
                timeout);
    }

    private static ApiException invalid(FieldError error) {
        return ApiException.invalid("meta.k8s.io", "ListOptions", "", List.of(error));
    }
}
