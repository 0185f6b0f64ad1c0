package io.i2kit.apiserver.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.ResourceVersions;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Write;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server is but for its cloud: all objects as they were at one revision, its private records, and the keys that clients and
 * machines know it by. Gzip of lines of JSON: {@code {"backup": header}}, a {@code {"file": …}} each, a {@code {"record": …}} each,
 * for each object {@code {"object": key}} and then the object itself, at last {@code {"end": true}}.
 */
public final class Backup {
    static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OBJECTS_A_TRANSACTION = 500;

    /** Writes that a lost server may have made after its last backup: their revisions are not used again. */
    private static final long LOST_WRITES = 1_000_000;

    private final BufferedReader lines;
    private final Header header;

    private Backup(BufferedReader lines, Header header) {
        this.lines = lines;
        this.header = header;
    }

    /**
     * @param version of the form
     * @param cluster the cluster's id
     * @param time at which it was made, ISO 8601
     * @param revision of the objects
     */
    public record Header(int version, String cluster, String time, long revision) {
        /** What a store that takes the backup goes on after: no revision of the former one has two meanings. */
        public long lastRevision() {
            return revision + LOST_WRITES;
        }
    }

    /** @param data in base64 */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Named(String name, byte[] data) {}

    /** One line; exactly one is given. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            @Nullable Header backup,
            @Nullable Named file,
            @Nullable Named record,
            @Nullable ObjectKey object,
            @Nullable Boolean end) {}

    /** Takes files of the data folder. */
    @FunctionalInterface
    public interface Files {
        void put(String name, byte[] content) throws IOException;
    }

    /** @throws IOException when it is no backup, or one of a later version */
    public static Backup open(byte[] content) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(new ByteArrayInputStream(content)), StandardCharsets.UTF_8));
        Header header = next(lines).backup();
        if (header == null) {
            throw new IOException("this is no backup of i2kit");
        }
        if (header.version() != VERSION) {
            throw new IOException("the backup has version " + header.version() + "; this i2kit reads " + VERSION);
        }
        return new Backup(lines, header);
    }

    /** What it says of itself. */
    public Header header() {
        return header;
    }

    /**
     * Puts all of it into a store that holds nothing, whose revisions go on after {@link Header#lastRevision}. Once only.
     *
     * @throws IOException when the backup is damaged or a file cannot be written; the store then holds a part
     */
    public void restore(Storage storage, Files files) throws IOException {
        List<Write> writes = new ArrayList<>();
        for (Line line = next(lines); line.end() == null; line = next(lines)) {
            Named file = line.file();
            Named record = line.record();
            ObjectKey key = line.object();
            if (file != null) {
                files.put(file.name(), file.data());
            } else if (record != null) {
                writes.add(new Write.PutRecord(record.name(), record.data()));
            } else if (key != null) {
                byte[] json = text(lines).getBytes(StandardCharsets.UTF_8);
                writes.add(new Write.Put(key, 0, revision -> ResourceVersions.replace(json, revision), null));
            }
            if (writes.size() >= OBJECTS_A_TRANSACTION) {
                commit(storage, writes);
            }
        }
        commit(storage, writes);
    }

    private static void commit(Storage storage, List<Write> writes) {
        if (!writes.isEmpty()) {
            storage.commit(List.copyOf(writes)).join();
            writes.clear();
        }
    }

    private static Line next(BufferedReader lines) throws IOException {
        String text = text(lines);
        try {
            return JSON.readValue(text, Line.class);
        } catch (JacksonException e) {
            throw new IOException("the backup cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the backup breaks off");
        }
        return line;
    }
}
