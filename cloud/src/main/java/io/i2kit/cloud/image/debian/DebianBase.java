package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.debian.DebianArchiveCache.PackagesGone;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base made of Debian packages: the cloud kernel with the few modules a machine needs, the guest as {@code /init}, and crun
 * with its libraries. Which packages, a lock says; when the archive no longer has them, it is made anew and kept on this host.
 */
public final class DebianBase implements Base {
    private static final Logger LOG = LoggerFactory.getLogger(DebianBase.class);

    /** Changes whenever the same packages and guest would give other bytes. */
    private static final String RECIPE = "2";

    private static final String KERNEL_PREFIX = "linux-image-";
    private static final List<String> KERNELS = List.of("linux-image-6.12-cloud-amd64", "linux-image-cloud-amd64");
    private static final List<String> RUNTIME = List.of("crun", "libc6", "usr-is-merged");
    private static final List<String> PROGRAMS = List.of("usr/bin/crun");
    private static final String SEGMENT = "segment.cpio.zst";
    private static final String KERNEL = "kernel";

    private final BaseLock lock;
    private final DebianArchiveCache packages;
    private final DirectoryCache cache;
    private final GuestBinary guest;

    /**
     * @param directory where a lock made on this host is kept
     * @param cache where the made base is kept
     */
    public DebianBase(
            Architecture architecture,
            Path directory,
            DebianArchiveCache packages,
            DirectoryCache cache,
            GuestBinary guest) {
        this.lock = new BaseLock(architecture, directory);
        this.packages = packages;
        this.cache = cache;
        this.guest = guest;
    }

    @Override
    public String identity() {
        try {
            return identity(lock.read());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the base's lock: " + e.getMessage(), e);
        }
    }

    private String identity(PackageLock packageLock) {
        String content = RECIPE + "\n" + guest.digest() + "\n" + packageLock.text();
        return "debian-" + Digest.of(content.getBytes(StandardCharsets.UTF_8)).shortHex();
    }

    @Override
    public synchronized Prepared prepare(Consumer<String> progress) throws IOException {
        PackageLock current = lock.read();
        try {
            return make(current, progress);
        } catch (PackagesGone gone) {
            packages.refresh();
            try {
                return make(current, progress);
            } catch (PackagesGone again) {
                return make(lockAnew(current, again, progress), progress);
            }
        }
    }

    private Prepared make(PackageLock packageLock, Consumer<String> progress) throws IOException {
        Path directory = cache.make("base-" + identity(packageLock), target -> {
            Map<DebianPackage, Path> debs = packages.fetch(packageLock, progress);
            progress.accept("Packing the base of all machines: kernel, guest, crun");
            fill(target, debs);
        });
        return new Prepared(directory.resolve(KERNEL), directory.resolve(SEGMENT));
    }

    private PackageLock lockAnew(PackageLock old, IOException why, Consumer<String> progress) throws IOException {
        progress.accept(
                "The Debian archive no longer has the locked packages (" + why.getMessage() + "); locking anew");
        PackageLock fresh = resolve(packages);
        for (DebianPackage one : fresh.packages()) {
            if (!old.entries().containsKey(one)) {
                LOG.info("base package locked anew: {}", one);
            }
        }
        lock.replace(fresh);
        return fresh;
    }

    /** The newest kernel and runtime that the archive has. */
    static PackageLock resolve(DebianArchiveCache packages) throws IOException {
        List<DebianPackage> all = new ArrayList<>(packages.resolve(RUNTIME));
        all.add(newestKernel(packages));
        return packages.lock(all);
    }

    private static DebianPackage newestKernel(DebianArchiveCache packages) throws IOException {
        IOException last = new IOException("no kernel package is known");
        for (String metaPackage : KERNELS) {
            try {
                return packages.behind(metaPackage);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private void fill(Path directory, Map<DebianPackage, Path> debs) throws IOException {
        Path spool = directory.resolve("spool");
        Files.createDirectories(spool.resolve("kernel"));
        Files.createDirectories(spool.resolve("runtime"));
        PackageTree kernel = new PackageTree(spool.resolve("kernel"));
        PackageTree runtime = new PackageTree(spool.resolve("runtime"));
        for (Map.Entry<DebianPackage, Path> deb : debs.entrySet()) {
            if (deb.getKey().name().startsWith(KERNEL_PREFIX)) {
                kernel.add(deb.getValue(), path -> path.startsWith("boot/vmlinuz") || path.contains(".ko"));
            } else {
                runtime.add(deb.getValue(), path -> path.startsWith("usr/bin/") || path.startsWith("usr/lib"));
            }
        }
        writeKernel(kernel, directory.resolve(KERNEL));
        Set<String> chosen = ElfClosure.of(runtime, PROGRAMS);
        runtime.remove(path -> !chosen.contains(path));
        MachineRoot.write(directory.resolve(SEGMENT), kernel, runtime, guest);
        DurableFiles.deleteTree(spool);
    }

    private static void writeKernel(PackageTree kernel, Path target) throws IOException {
        for (Map.Entry<String, PackageTree.Entry> entry : kernel.entries().entrySet()) {
            Path content = entry.getValue().content();
            if (entry.getKey().startsWith("boot/vmlinuz") && content != null) {
                Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
        }
        throw new IOException("the kernel package holds no boot/vmlinuz");
    }
}
