package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The lock of the base: what this build of i2kit carries, unless this host had to lock anew. */
final class BaseLock {
    private final Architecture architecture;
    private final Path own;

    /** @param directory where a lock made on this host is kept */
    BaseLock(Architecture architecture, Path directory) {
        this.architecture = architecture;
        this.own = directory.resolve(fileName());
    }

    private String fileName() {
        return "base-" + architecture.ociName() + ".lock";
    }

    PackageLock read() throws IOException {
        PackageLock carried = carried();
        if (Files.exists(own)) {
            PackageLock lock = PackageLock.parse(Files.readAllLines(own), own.toString());
            if (parts(lock).equals(parts(carried))) {
                return lock;
            }
            // Of an i2kit whose base was made of other packages.
        }
        return carried;
    }

    /** The packages without their versions; a kernel's version is in its name. */
    private static Set<String> parts(PackageLock lock) {
        return lock.packages().stream()
                .map(DebianPackage::name)
                .map(name -> name.startsWith(DebianBase.KERNEL_PREFIX) ? DebianBase.KERNEL_PREFIX : name)
                .collect(Collectors.toSet());
    }

    private PackageLock carried() throws IOException {
        String resource = "/io/i2kit/cloud/image/" + fileName();
        try (InputStream in = BaseLock.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("this build of i2kit has no base for " + architecture.ociName());
            }
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return PackageLock.parse(lines, resource);
        }
    }

    void replace(PackageLock lock) throws IOException {
        DurableFiles.replace(own, lock.text().getBytes(StandardCharsets.UTF_8));
    }
}
