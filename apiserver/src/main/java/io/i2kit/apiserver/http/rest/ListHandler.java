package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Selection;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists (rules 26, 27, 32, 33): pages of one snapshot, selectors, joined from the bytes that are stored. */
final class ListHandler {
    /** How long a list waits for a resourceVersion that the store has not reached. */
    private static final Duration FRESHNESS_WAIT = Duration.ofSeconds(3);

    private static final byte[] COMMA = {','};

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

    Answer list(Presentation presentation, Selection selection, String namespace, ListOptions options) {
        try {
            return answer(presentation, find(selection, namespace, options));
        } catch (StorageException.Compacted e) {
            return expired(options, e);
        }
    }

    /** The objects of one page. */
    Found find(Selection selection, String namespace, ListOptions options) {
        String resource = selection.definition().storedResource();
        ObjectKey after = null;
        long revision = 0;
        if (!options.continueToken().isEmpty()) {
            Continue from = Continue.parse(options.continueToken());
            if (!options.resourceVersion().isEmpty()
                    && !options.resourceVersion().equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            after = from.key(resource);
            revision = Math.max(from.revision(), 0);
        } else {
            awaitRevision(options.revision());
            revision = options.exactRevision();
        }
        String only = selection.fields().onlyName();
        if (!only.isEmpty() && !namespace.isEmpty() && options.limit() == 0 && revision == 0) {
            return single(selection, new ObjectKey(resource, namespace, only));
        }
        return pages(selection, new Storage.ListRequest(resource, namespace, options.limit(), after, revision));
    }

    private Found single(Selection selection, ObjectKey key) {
        long revision = storage.revision();
        StoredObject stored = storage.get(key);
        List<StoredObject> objects = stored != null && selection.matches(stored) ? List.of(stored) : List.of();
        return new Found(stored == null ? revision : Math.max(revision, stored.revision()), objects, "", 0);
    }

    /** With selectors a page is filled from as many pages of the store as it takes. */
    private Found pages(Selection selection, Storage.ListRequest first) {
        List<StoredObject> found = new ArrayList<>();
        Storage.ListRequest next = first;
        while (true) {
            Storage.ListPage page = storage.list(next);
            List<StoredObject> objects = page.objects();
            for (int i = 0; i < objects.size(); i++) {
                if (selection.matches(objects.get(i))) {
                    found.add(objects.get(i));
                }
                boolean full = first.limit() > 0 && found.size() == first.limit();
                boolean last = i == objects.size() - 1 && !page.more();
                if (full && !last) {
                    return cut(selection, page, found, objects.get(i).key(), objects.size() - 1 - i);
                }
            }
            if (!page.more() || objects.isEmpty()) {
                return new Found(page.revision(), found, "", 0);
            }
            next = new Storage.ListRequest(
                    first.resource(),
                    first.namespace(),
                    first.limit(),
                    objects.getLast().key(),
                    page.revision());
        }
    }

    private static Found cut(
            Selection selection, Storage.ListPage page, List<StoredObject> found, ObjectKey last, int leftOfPage) {
        String token = new Continue(page.revision(), last.namespace(), last.name()).token();
        return new Found(page.revision(), found, token, selection.isEverything() ? page.remaining() + leftOfPage : 0);
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

    static Answer answer(Presentation presentation, Found found) {
        ObjectNode metadata = Json.object();
        metadata.put("resourceVersion", Long.toString(found.revision()));
        if (!found.continueToken().isEmpty()) {
            metadata.put("continue", found.continueToken());
            if (found.remaining() > 0) {
                metadata.put("remainingItemCount", found.remaining());
            }
        }
        List<byte[]> parts = switch (presentation.form().shape()) {
            case OBJECT -> joined(presentation, found, metadata);
            case METADATA -> List.of(metadataList(presentation, found, metadata));
            case TABLE -> presentation.tables().table(stored(found), metadata, true);
        };
        if (presentation.form().encoding() == Encoding.YAML) {
            return new Answer.Whole(200, "application/yaml", Yaml.fromJson(joinedBytes(parts)));
        }
        return new Answer.Whole(200, "application/json", parts, Map.of(), List.of());
    }

    private static List<byte[]> joined(Presentation presentation, Found found, ObjectNode metadata) {
        var names = presentation.definition().names();
        String head = "{\"kind\":\"" + names.listKind() + "\",\"apiVersion\":\"" + names.apiVersion()
                + "\",\"metadata\":" + Json.MAPPER.writeValueAsString(metadata) + ",\"items\":[";
        List<byte[]> parts = new ArrayList<>(found.objects().size() * 2 + 2);
        parts.add(head.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < found.objects().size(); i++) {
            if (i > 0) {
                parts.add(COMMA);
            }
            parts.add(presentation.versioned(found.objects().get(i).json()));
        }
        parts.add("]}\n".getBytes(StandardCharsets.UTF_8));
        return parts;
    }

    private static byte[] metadataList(Presentation presentation, Found found, ObjectNode metadata) {
        String version = presentation.form().metaVersion();
        ObjectNode list = Json.object();
        list.put("kind", "PartialObjectMetadataList");
        list.put("apiVersion", "meta.k8s.io/" + version);
        list.set("metadata", metadata);
        ArrayNode items = list.putArray("items");
        for (byte[] stored : stored(found)) {
            items.add(PartialMetadata.of(presentation.shown(stored), version));
        }
        return Json.bytes(list);
    }

    private static List<byte[]> stored(Found found) {
        return found.objects().stream().map(StoredObject::json).toList();
    }

    private static byte[] joinedBytes(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
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
        Meta.of(status).put("continue", new Continue(-1, from.namespace(), from.name()).token());
        return new Answer.Whole(410, "application/json", Json.bytes(status));
    }
}
