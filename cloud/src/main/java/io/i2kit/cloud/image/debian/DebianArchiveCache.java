package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Downloaded {@code .deb} files by content: what a lock names is fetched once and found again without apt. */
public final class DebianArchiveCache {
    private final Path root;
    private final Architecture architecture;
    private final Apt apt;

    /**
     * @param root created when missing; several architectures may share it
     * @param architecture of the packages
     */
    public DebianArchiveCache(Path root, Architecture architecture) throws IOException {
        this.root = root;
        this.architecture = architecture;
        Files.createDirectories(root.resolve("debs"));
        this.apt = new Apt(root.resolve("apt-" + architecture.ociName()), architecture);
    }

    /**
     * The files of a lock.
     *
     * @throws PackagesGone when the archive no longer has one of the versions, or has other bytes under it
     */
    Map<DebianPackage, Path> fetch(PackageLock lock, Consumer<String> progress) throws IOException {
        List<DebianPackage> missing = new ArrayList<>();
        for (DebianPackage one : lock.packages()) {
            if (!Files.exists(fileOf(lock.entries().get(one)))) {
                missing.add(one);
            }
        }
        if (!missing.isEmpty()) {
            progress.accept("Downloading " + missing.size() + " Debian packages");
            ensureLists();
            try {
                download(missing);
            } catch (IOException e) {
                throw new PackagesGone(e.getMessage(), e);
            }
        }
        Map<DebianPackage, Path> files = new HashMap<>();
        for (Map.Entry<DebianPackage, Digest> entry : lock.entries().entrySet()) {
            Path file = fileOf(entry.getValue());
            if (!Files.exists(file)) {
                throw new PackagesGone(entry.getKey() + " has other content in the archive than in the lock", null);
            }
            files.put(entry.getKey(), file);
        }
        return files;
    }

    /** Locks what the archive has now: the content of exactly these packages. What was downloaded before is not again. */
    PackageLock lock(List<DebianPackage> packages) throws IOException {
        Map<DebianPackage, Digest> digests = new HashMap<>();
        List<DebianPackage> missing = new ArrayList<>();
        for (DebianPackage one : packages) {
            Path note = noteOf(one);
            if (Files.exists(note)) {
                Digest digest = new Digest(Files.readString(note).strip());
                if (Files.exists(fileOf(digest))) {
                    digests.put(one, digest);
                    continue;
                }
            }
            missing.add(one);
        }
        if (!missing.isEmpty()) {
            digests.putAll(download(missing));
        }
        return new PackageLock(digests);
    }

    /** Where the digest of a downloaded version is noted. */
    private Path noteOf(DebianPackage one) {
        return root.resolve("debs")
                .resolve(String.join(
                        "_", one.name(), one.version().replace(':', '%'), architecture.ociName() + ".sha256"));
    }

    /** What installing these packages brings; the archive's indexes are read anew when they do not know one. */
    List<DebianPackage> resolve(List<String> packages) throws IOException {
        ensureLists();
        try {
            return apt.resolve(packages);
        } catch (IOException e) {
            apt.update();
            return apt.resolve(packages);
        }
    }

    /** The newest version of the package that a meta package stands for. */
    DebianPackage behind(String metaPackage) throws IOException {
        ensureLists();
        return apt.candidate(apt.onlyDependency(metaPackage));
    }

    /** The newest version of a package. */
    DebianPackage newest(String name) throws IOException {
        ensureLists();
        return apt.candidate(name);
    }

    /** Reads the archive's indexes anew. */
    void refresh() throws IOException {
        apt.update();
    }

    private void ensureLists() throws IOException {
        if (!apt.hasLists()) {
            apt.update();
        }
    }

    private Map<DebianPackage, Digest> download(List<DebianPackage> packages) throws IOException {
        Path work = Files.createTempDirectory(root, "download-");
        try {
            apt.download(packages, work);
            Map<String, Path> byName = new HashMap<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(work, "*.deb")) {
                for (Path file : files) {
                    byName.put(file.getFileName().toString().split("_", 2)[0], file);
                }
            }
            Map<DebianPackage, Digest> digests = new HashMap<>();
            for (DebianPackage one : packages) {
                Path file = byName.get(one.name());
                if (file == null) {
                    throw new IOException("apt did not deliver " + one);
                }
                Digest digest = keep(file);
                DurableFiles.replace(noteOf(one), digest.hex().getBytes(StandardCharsets.US_ASCII));
                digests.put(one, digest);
            }
            return digests;
        } finally {
            DurableFiles.deleteTree(work);
        }
    }

    private Digest keep(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), Digest.sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            Digest digest = Digest.finish(in.getMessageDigest());
            Files.move(file, fileOf(digest), StandardCopyOption.ATOMIC_MOVE);
            return digest;
        }
    }

    private Path fileOf(@Nullable Digest digest) {
        if (digest == null) {
            throw new IllegalArgumentException("the lock has no content for a package");
        }
        return root.resolve("debs").resolve(digest.hex() + ".deb");
    }

    /** The archive does not have what a lock names. */
    static final class PackagesGone extends IOException {
        private static final long serialVersionUID = 1;

        PackagesGone(@Nullable String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
