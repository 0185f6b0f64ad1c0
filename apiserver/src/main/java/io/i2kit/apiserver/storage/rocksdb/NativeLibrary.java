package io.i2kit.apiserver.storage.rocksdb;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a file that is unpacked once. RocksDB by itself unpacks 17 MB into the folder for
 * temporary files at every start, which costs a tenth of a second and leaves a file behind when the process is killed.
 */
public final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Loads it, unpacking it first when this version is not there yet.
     *
     * @throws IOException when the jar has no library for this machine, or the folder cannot be written
     */
    public static synchronized void load(Path directory) throws IOException {
        String packed = Environment.getJniLibraryFileName("rocksdb");
        URL resource = RocksDB.class.getResource("/" + packed);
        if (resource == null) {
            throw new IOException("RocksDB has no native library for this machine (" + packed + ")");
        }
        Path folder = directory.resolve("rocksdb-" + version(resource));
        Path library =
                folder.resolve(Environment.getJniLibraryFileName("rocksdbjni")); // the name that loadLibrary looks for
        if (!Files.exists(library)) {
            unpack(resource, library);
        }
        RocksDB.loadLibrary(List.of(folder.toAbsolutePath().toString()));
    }

    /** Differs whenever the library does: the checksum that the jar holds of it. */
    private static String version(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        return connection instanceof JarURLConnection jar
                ? Long.toHexString(jar.getJarEntry().getCrc())
                : Long.toHexString(connection.getContentLengthLong());
    }

    private static void unpack(URL resource, Path library) throws IOException {
        Path folder = Files.createDirectories(library.toAbsolutePath().getParent());
        Path partial = Files.createTempFile(folder, "unpack", ".partial");
        try (InputStream in = resource.openStream()) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
