package io.i2kit.apiserver.backup;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Storage.ListPage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a {@link Backup}. Objects are those of one revision. Private records are read before it: a record tells what an object has
 * in the cloud, and one without its object would mean that the object was deleted and its machines are to end.
 */
public final class BackupWriter {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PAGE = 500;

    /** What comes and goes by itself; {@code coordination.k8s.io/leases} say who holds something now. */
    private static final Set<String> TRANSIENT = Set.of("events", "coordination.k8s.io/leases");

    private final Storage storage;
    private final String cluster;

    /** @param cluster its id */
    public BackupWriter(Storage storage, String cluster) {
        this.storage = storage;
        this.cluster = cluster;
    }

    /**
     * @param content compressed
     * @param digest of what it holds: equal for backups that differ in nothing but the time
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Written(byte[] content, String digest) {}

    /** @param files of the data folder, by name */
    public Written write(Instant time, Map<String, byte[]> files) {
        Map<String, byte[]> records = new TreeMap<>(storage.listRecords(""));
        long revision = storage.revision();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageDigest digest = sha256();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            line(out, Map.of("backup", new Backup.Header(Backup.VERSION, cluster, time.toString(), revision)));
            OutputStream body = new DigestOutputStream(out, digest);
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                line(body, Map.of("file", new Backup.Named(file.getKey(), file.getValue())));
            }
            for (Map.Entry<String, byte[]> record : records.entrySet()) {
                line(body, Map.of("record", new Backup.Named(record.getKey(), record.getValue())));
            }
            objects(body, revision);
            line(out, Map.of("end", true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Written(bytes.toByteArray(), HexFormat.of().formatHex(digest.digest()));
    }

    private void objects(OutputStream out, long revision) throws IOException {
        for (String resource : new TreeSet<>(storage.counts().keySet())) {
            if (TRANSIENT.contains(resource)) {
                continue;
            }
            ListRequest request = new ListRequest(resource, "", PAGE, null, revision);
            ListPage page = storage.list(request);
            write(out, page);
            while (page.more()) {
                request = request.next(page);
                page = storage.list(request);
                write(out, page);
            }
        }
    }

    private static void write(OutputStream out, ListPage page) throws IOException {
        for (StoredObject object : page.objects()) {
            ObjectKey key = object.key();
            line(out, Map.of("object", key));
            out.write(object.json());
            out.write('\n');
        }
    }

    private static void line(OutputStream out, Object value) throws IOException {
        out.write(JSON.writeValueAsBytes(value));
        out.write('\n');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
