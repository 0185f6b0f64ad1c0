package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final String MATCH = "resourceVersionMatch";
    private static final Duration MIN_TIMEOUT = Duration.ofMinutes(30);

    /** @throws ApiException Invalid, as upstream's {@code ValidateListOptions} */
    static WatchOptions of(ApiRequest request) {
        String match = request.parameter("resourceVersionMatch");
        boolean asksInitial = request.query().containsKey("sendInitialEvents");
        InitialEvents initial = !asksInitial
                ? InitialEvents.DEFAULT
                : request.flag("sendInitialEvents") ? InitialEvents.SEND : InitialEvents.OMIT;
        List<FieldError> errors = new ArrayList<>();
        if (asksInitial && !match.equals(ListOptions.NOT_OLDER)) {
            errors.add(FieldError.forbidden(
                    MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        validate(match, asksInitial, !request.parameter("continue").isEmpty(), errors);
        String version = request.parameter("resourceVersion");
        long revision = 0;
        try {
            revision = version.isEmpty() ? 0 : Long.parseUnsignedLong(version);
        } catch (NumberFormatException e) {
            errors.add(ListOptions.noNumber(version));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
        }
        long seconds = ListOptions.number(request, "timeoutSeconds");
        Duration timeout = seconds > 0
                ? Duration.ofSeconds(seconds)
                : MIN_TIMEOUT.plusSeconds(ThreadLocalRandom.current().nextLong(MIN_TIMEOUT.toSeconds()));
        return new WatchOptions(revision, request.flag("allowWatchBookmarks"), initial, timeout);
    }

    private static void validate(String match, boolean asksInitial, boolean continues, List<FieldError> errors) {
        if (match.isEmpty()) {
            return;
        }
        if (!asksInitial) {
            errors.add(FieldError.forbidden(
                    MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        if (!match.equals(ListOptions.NOT_OLDER)) {
            errors.add(FieldError.notSupported(MATCH, "\"" + match + "\"", "\"NotOlderThan\""));
        }
        if (continues) {
            errors.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
    }
}
