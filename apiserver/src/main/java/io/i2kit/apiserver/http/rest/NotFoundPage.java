package io.i2kit.apiserver.http.rest;

import java.nio.charset.StandardCharsets;

/** What Go's {@code http.NotFound} answers to an unknown path (rule 17). */
public final class NotFoundPage {
    public static final Answer ANSWER = new Answer.Whole(
            404, "text/plain; charset=utf-8", "404 page not found\n".getBytes(StandardCharsets.US_ASCII));

    private NotFoundPage() {}
}
