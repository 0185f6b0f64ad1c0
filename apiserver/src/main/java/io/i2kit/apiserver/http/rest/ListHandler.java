package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Lists (rules 26, 27, 32, 33): pages of one snapshot, selectors, joined from the bytes that are stored. */
final class ListHandler {
    /** How long a list waits for a resourceVersion that the store has not reached. */
    private static final Duration FRESHNESS_WAIT = Duration.ofSeconds(3);

    /** Of a list without a limit, how many are in memory at once; and how many are looked at in one go for a selector. */
    private static final int SLICE = 4000;

    private final Storage storage;

    ListHandler(Storage storage) {
        this.storage = storage;
    }

    /** What a list found. */
    record Found(long revision, List<StoredObject> objects, String continueToken, long remaining) {
        Found {
            objects = List.copyOf(objects);
        }
    }

    /**
     * What a list looks for.
     *
     * @param limit of the client, 0 for all
     * @param left what the page before left to come, or -1
     */
    private record Search(Selection selection, Storage.ListRequest request, int limit, long left) {
        Storage.ListRequest atOnce(int limit) {
            return new Storage.ListRequest(
                    request.resource(),
                    request.namespace(),
                    limit,
                    request.after(),
                    request.revision(),
                    request.narrowing());
        }

        List<StoredObject> matching(List<StoredObject> objects) {
            return selection.isEverything()
                    ? objects
                    : objects.stream().filter(selection::matches).toList();
        }
    }

    Answer list(Presentation presentation, Selection selection, String namespace, ListOptions options) {
        try {
            Search search = search(selection, namespace, options);
            return search.limit() == 0 && presentation.form().encoding() == Encoding.JSON
                    ? all(presentation, search)
                    : ListWriter.whole(presentation, page(search));
        } catch (StorageException.Compacted e) {
            return expired(options, e);
        }
    }

    /** The objects of one page. */
    Found find(Selection selection, String namespace, ListOptions options) {
        return page(search(selection, namespace, options));
    }

    private Search search(Selection selection, String namespace, ListOptions options) {
        String resource = selection.definition().storedResource();
        ObjectKey after = null;
        long revision;
        long left = -1;
        if (!options.continueToken().isEmpty()) {
            Continue from = Continue.parse(options.continueToken());
            if (!options.resourceVersion().isEmpty()
                    && !options.resourceVersion().equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            after = from.key(resource);
            revision = Math.max(from.revision(), 0);
            left = from.left();
        } else {
            awaitRevision(options.revision());
            revision = options.exactRevision();
        }
        Storage.ListRequest request = new Storage.ListRequest(
                resource, selection.namespace(namespace), options.limit(), after, revision, selection.narrowing());
        return new Search(selection, request, options.limit(), left);
    }

    /** With selectors a page is filled from as many pages of the store as it takes. */
    private Found page(Search search) {
        int limit = search.limit();
        boolean filtered = limit > 0 && !search.selection().isEverything();
        Storage.ListRequest next = search.atOnce(filtered ? Math.max(limit, SLICE) : limit);
        List<StoredObject> found = new ArrayList<>();
        while (true) {
            Storage.ListPage page = storage.list(next);
            List<StoredObject> objects = page.objects();
            for (int i = 0; i < objects.size(); i++) {
                if (search.selection().matches(objects.get(i))) {
                    found.add(objects.get(i));
                }
                boolean full = limit > 0 && found.size() == limit;
                boolean last = i == objects.size() - 1 && !page.more();
                if (full && !last) {
                    return cut(search, page, found, i);
                }
            }
            if (!page.more() || objects.isEmpty()) {
                return new Found(page.revision(), found, "", 0);
            }
            next = next.next(page);
        }
    }

    /** @param last of the page's objects that was looked at */
    private static Found cut(Search search, Storage.ListPage page, List<StoredObject> found, int last) {
        long left = -1;
        if (search.selection().isEverything()) {
            left = page.remaining() >= 0 ? page.remaining() : Math.max(-1, search.left() - found.size());
            left += left >= 0 ? page.objects().size() - 1 - last : 0;
        }
        ObjectKey key = page.objects().get(last).key();
        String token = new Continue(page.revision(), key.namespace(), key.name(), left).token();
        return new Found(page.revision(), found, token, Math.max(0, left));
    }

    /** A list without limit; a long one is read while it is written, so that it is not in memory as a whole. */
    private Answer all(Presentation presentation, Search search) {
        Storage.ListRequest start = search.atOnce(SLICE);
        Storage.ListPage page = storage.list(start);
        Found found = new Found(page.revision(), search.matching(page.objects()), "", 0);
        return page.more()
                ? new Answer.Sliced(
                        "application/json",
                        Map.of(),
                        new Slices(search, start, page, new ListWriter(presentation, found)))
                : ListWriter.whole(presentation, found);
    }

    private final class Slices implements Iterator<List<byte[]>> {
        private final Search search;
        private final ListWriter writer;
        private Storage.ListRequest request;
        private Storage.@Nullable ListPage page;
        private boolean begun;

        Slices(Search search, Storage.ListRequest request, Storage.ListPage first, ListWriter writer) {
            this.search = search;
            this.request = request;
            this.page = first;
            this.writer = writer;
        }

        @Override
        public boolean hasNext() {
            return page != null;
        }

        @Override
        public List<byte[]> next() {
            Storage.ListPage now = page;
            if (now == null) {
                throw new NoSuchElementException();
            }
            List<byte[]> parts = new ArrayList<>();
            if (!begun) {
                writer.head(parts);
                begun = true;
            }
            writer.items(search.matching(now.objects()), parts);
            if (now.more()) {
                request = request.next(now);
                page = storage.list(request);
            } else {
                writer.end(parts);
                page = null;
            }
            return parts;
        }
    }

    /** @throws ApiException Timeout when the store does not reach the revision in time */
    void awaitRevision(long revision) {
        long deadline = System.nanoTime() + FRESHNESS_WAIT.toNanos();
        while (storage.revision() < revision) {
            if (System.nanoTime() > deadline) {
                throw new ApiException(
                        504,
                        "Timeout",
                        "Too large resource version: " + revision + ", current: " + storage.revision(),
                        new ApiException.Details(
                                "",
                                "",
                                "",
                                "",
                                List.of(new FieldError("ResourceVersionTooLarge", "", "Too large resource version")),
                                1));
            }
            try {
                Thread.sleep(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiException.unavailable("the server is shutting down");
            }
        }
    }

    /** Rule 26: the error carries a token to go on with the newest state. */
    private static Answer expired(ListOptions options, StorageException.Compacted e) {
        if (options.continueToken().isEmpty()) {
            throw ApiException.expired(String.valueOf(e.getMessage()));
        }
        Continue from = Continue.parse(options.continueToken());
        ObjectNode status = Statuses.failure(ApiException.expired(
                "The provided continue parameter is too old to display a consistent list result. You can"
                        + " start a new list without the continue parameter, or use the continue token in this response to"
                        + " retrieve the remainder of the results. Continuing with the provided token results in an"
                        + " inconsistent list - objects that were created, modified, or deleted between the time the first"
                        + " chunk was returned and now may show up in the list."));
        Meta.of(status).put("continue", new Continue(-1, from.namespace(), from.name(), from.left()).token());
        return new Answer.Whole(410, "application/json", Json.bytes(status));
    }
}
