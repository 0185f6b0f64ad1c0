package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.storage.Storage;
import java.util.concurrent.ScheduledExecutorService;

/** Watches (rules 28 to 31, 33). */
final class WatchHandler {
    private final Storage storage;
    private final ListHandler lists;
    private final ScheduledExecutorService timers;
    private final WatchLines lines = new WatchLines();

    WatchHandler(Storage storage, ListHandler lists, ScheduledExecutorService timers) {
        this.storage = storage;
        this.lists = lists;
        this.timers = timers;
    }

    Answer.Stream watch(Presentation presentation, Selection selection, String namespace, WatchOptions options) {
        if (presentation.form().encoding() == Encoding.YAML) {
            throw new ApiException(
                    406,
                    "NotAcceptable",
                    "only the following media types are accepted: application/json;stream=watch",
                    null);
        }
        lists.awaitRevision(options.resourceVersion());
        return new Answer.Stream("application/json", sink -> {
            WatchStream stream = new WatchStream(lines, presentation, selection, options, sink);
            stream.run(storage, namespace, timers);
        });
    }
}
