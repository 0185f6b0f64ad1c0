package io.i2kit.cloud.image.debian;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Reads a binary package (deb(5)): an ar archive whose {@code data.tar.*} holds the files. */
final class DebArchive {
    private DebArchive() {}

    /** Is told every file of a package. */
    @FunctionalInterface
    interface Visitor {
        /** @param path without {@code ./} in front */
        void visit(String path, TarArchiveEntry entry, InputStream content) throws IOException;
    }

    static void read(Path deb, Visitor visitor) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(deb), 1 << 16);
                ArArchiveInputStream members = new ArArchiveInputStream(file)) {
            ArArchiveEntry member;
            while ((member = members.getNextEntry()) != null) {
                if (member.getName().startsWith("data.tar")) {
                    readData(member.getName(), members, visitor);
                    return;
                }
            }
        }
        throw new IOException(deb.getFileName() + " has no data.tar: not a Debian package");
    }

    private static void readData(String name, InputStream member, Visitor visitor) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(plain(name, member), StandardCharsets.UTF_8.name());
        TarArchiveEntry entry;
        while ((entry = tar.getNextEntry()) != null) {
            visitor.visit(clean(entry.getName()), entry, tar);
        }
    }

    static String clean(String name) {
        String path = name.startsWith("./") ? name.substring(2) : name;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static InputStream plain(String name, InputStream member) throws IOException {
        return switch (name.substring("data.tar".length())) {
            case "" -> member;
            case ".gz" -> new GZIPInputStream(member, 1 << 16);
            case ".xz" -> new XZInputStream(member);
            case ".zst" -> new ZstdInputStreamNoFinalizer(member);
            default -> throw new IOException("unknown compression of " + name);
        };
    }
}
