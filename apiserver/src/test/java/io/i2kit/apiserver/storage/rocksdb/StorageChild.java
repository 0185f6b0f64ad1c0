package io.i2kit.apiserver.storage.rocksdb;

import static io.i2kit.apiserver.storage.Objects.await;
import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.data;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server's store in a process of its own, for tests that kill it or take its disk away. Tells on standard output what was acknowledged. */
final class StorageChild {
    static final int WRITERS = 8;

    private StorageChild() {}

    public static void main(String[] arguments) throws Exception {
        Storage storage =
                RocksStorage.open(RocksSettings.of(Path.of(arguments[1])).withNativeDirectory(Path.of(arguments[2])));
        switch (arguments[0]) {
            case "load" -> load(storage);
            case "full" -> full(storage);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Each writer counts, in two objects and a record at once, for ever. */
    private static void load(Storage storage) throws InterruptedException {
        Thread[] writers = new Thread[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            String name = "w" + i;
            StoredObject last = storage.get(pod("a", name));
            int start = last == null ? 0 : Integer.parseInt(data(last));
            writers[i] = Thread.startVirtualThread(() -> count(storage, name, start));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void count(Storage storage, String name, int start) {
        for (int count = start + 1; ; count++) {
            String text = Integer.toString(count);
            List<StoredObject> written = await(storage.commit(List.of(
                    put(pod("a", name), Write.ANY_REVISION, text),
                    new Write.PutRecord("count/" + name, text.getBytes(StandardCharsets.UTF_8)),
                    put(pod("b", name), Write.ANY_REVISION, text))));
            tell("acked " + name + " " + count + " " + written.getLast().revision());
            StoredObject passing = commit(storage, put(pod("c", name), Write.ANY_REVISION, text, Duration.ofHours(1)));
            tell("passing " + name + " " + count + " " + passing.revision());
        }
    }

    /** Writes until the disk refuses, checks that the refused write left nothing, gets room and goes on. */
    private static void full(Storage storage) throws IOException, InterruptedException {
        String filling = "x".repeat(30_000);
        int refused = 0;
        while (refused == 0) {
            int next = storage.list(new Storage.ListRequest("pods", "", 0, null, 0))
                    .objects()
                    .size();
            try {
                commit(storage, put(pod("a", "p" + next), 0, filling));
                tell("acked p" + next);
            } catch (StorageException.Unavailable e) {
                refused = next;
            }
        }
        expect(storage.get(pod("a", "p" + refused)) == null, "the refused object is there");
        expect(
                storage.list(new Storage.ListRequest("pods", "", 0, null, 0))
                                .objects()
                                .size()
                        == refused,
                "objects are missing");
        new ProcessBuilder(
                        "prlimit",
                        "--pid",
                        Long.toString(ProcessHandle.current().pid()),
                        "--fsize=unlimited")
                .start()
                .waitFor();
        boolean recovered = false;
        while (!recovered) {
            try {
                commit(storage, put(pod("a", "after"), 0, filling));
                recovered = true;
            } catch (StorageException.Unavailable e) {
                Thread.sleep(50);
            }
        }
        expect(storage.get(pod("a", "p" + refused)) == null, "the refused object is there after all");
        tell("acked after");
        tell("refused p" + refused);
        Runtime.getRuntime().halt(0);
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static synchronized void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
