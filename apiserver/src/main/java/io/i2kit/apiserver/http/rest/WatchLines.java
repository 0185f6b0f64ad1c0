package io.i2kit.apiserver.http.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.apiserver.http.content.Accept.Form;
import io.i2kit.apiserver.http.content.Accept.Shape;
import io.i2kit.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Lines of watch streams, each encoded once for all the watchers that want it alike. They are kept for a moment, in which the
 * watchers take them one after the other.
 */
final class WatchLines {
    private static final long CACHED_BYTES = 4 << 20;
    /** Also how old an age in a Table's cell may be. */
    private static final Duration CACHED_TIME = Duration.ofSeconds(1);

    private static final byte[] LINE_END = "}\n".getBytes(StandardCharsets.US_ASCII);

    private final Cache<Key, byte[]> lines = Caffeine.newBuilder()
            .maximumWeight(CACHED_BYTES)
            .weigher((Key key, byte[] line) -> line.length)
            .expireAfterWrite(CACHED_TIME)
            .build();

    /** @param first whether a Table names its columns */
    private record Key(
            String type, StoredObject object, String apiVersion, Form form, String includeObject, boolean first) {}

    /** The line of an event about an object as it is stored. */
    byte[] event(String type, StoredObject object, Presentation presentation, boolean first) {
        Key key = new Key(
                type,
                object,
                presentation.definition().names().apiVersion(),
                presentation.form(),
                presentation.includeObject(),
                first && presentation.form().shape() == Shape.TABLE);
        return lines.get(key, any -> line(type, presentation.watched(object.json(), first)));
    }

    /** A line with any object. */
    static byte[] line(String type, byte[] object) {
        byte[] head = ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[head.length + object.length + LINE_END.length];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(object, 0, line, head.length, object.length);
        System.arraycopy(LINE_END, 0, line, head.length + object.length, LINE_END.length);
        return line;
    }
}
