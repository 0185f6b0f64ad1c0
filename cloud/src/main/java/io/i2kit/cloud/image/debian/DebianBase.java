package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.debian.DebianArchiveCache.PackagesGone;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.ByteArrayOutputStream;
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
 * The base made of Debian packages: the cloud kernel with the few modules a machine needs, the guest as {@code /init}, crun
 * with its libraries, and the stub that makes an EFI program of them. Which packages, a lock says; when the archive no longer has
 * them, it is made anew and kept on this host.
 */
public final class DebianBase implements Base {
    private static final Logger LOG = LoggerFactory.getLogger(DebianBase.class);

    /** Changes whenever the same packages and guest would give other bytes. */
    private static final String RECIPE = "2";

    static final String KERNEL_PREFIX = "linux-image-";
    private static final String STUB_PACKAGE = "systemd-boot-efi";
    private static final String STUBS = "usr/lib/systemd/boot/efi/";

    /** The authorities of AWS' servers (Amazon Trust Services); the guest speaks to no other. */
    private static final String CERTIFICATES_PACKAGE = "ca-certificates";

    private static final List<String> AUTHORITIES = List.of(
            "usr/share/ca-certificates/mozilla/Amazon_Root_CA_1.crt",
            "usr/share/ca-certificates/mozilla/Amazon_Root_CA_2.crt",
            "usr/share/ca-certificates/mozilla/Amazon_Root_CA_3.crt",
            "usr/share/ca-certificates/mozilla/Amazon_Root_CA_4.crt",
            "usr/share/ca-certificates/mozilla/Starfield_Services_Root_Certificate_Authority_-_G2.crt");

    /** Where Go looks for them. */
    private static final String CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";

    private static final List<String> RUNTIME = List.of("crun", "libc6", "usr-is-merged");
    private static final List<String> PROGRAMS = List.of("usr/bin/crun");
    private static final String SEGMENT = "segment.cpio.zst";
    private static final String KERNEL = "kernel";
    private static final String STUB = "efi.stub";

    private final Architecture architecture;
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
        this.architecture = architecture;
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
        return new Prepared(directory.resolve(KERNEL), directory.resolve(SEGMENT), directory.resolve(STUB));
    }

    private PackageLock lockAnew(PackageLock old, IOException why, Consumer<String> progress) throws IOException {
        progress.accept(
                "The Debian archive no longer has the locked packages (" + why.getMessage() + "); locking anew");
        PackageLock fresh = resolve();
        for (DebianPackage one : fresh.packages()) {
            if (!old.entries().containsKey(one)) {
                LOG.info("base package locked anew: {}", one);
            }
        }
        lock.replace(fresh);
        return fresh;
    }

    /** The newest kernel and runtime that the archive has. */
    private PackageLock resolve() throws IOException {
        List<DebianPackage> all = new ArrayList<>(packages.resolve(RUNTIME));
        all.add(packages.newest(STUB_PACKAGE));
        all.add(packages.newest(CERTIFICATES_PACKAGE));
        all.add(newestKernel());
        return packages.lock(all);
    }

    private DebianPackage newestKernel() throws IOException {
        IOException last = new IOException("no kernel package is known");
        String name = architecture.ociName();
        for (String metaPackage : List.of("linux-image-6.12-cloud-" + name, "linux-image-cloud-" + name)) {
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
        PackageTree kernel = new PackageTree(Files.createDirectories(spool.resolve("kernel")));
        PackageTree boot = new PackageTree(Files.createDirectories(spool.resolve("boot")));
        PackageTree runtime = new PackageTree(Files.createDirectories(spool.resolve("runtime")));
        for (Map.Entry<DebianPackage, Path> deb : debs.entrySet()) {
            String name = deb.getKey().name();
            if (name.startsWith(KERNEL_PREFIX)) {
                kernel.add(deb.getValue(), path -> path.startsWith("boot/vmlinuz") || path.contains(".ko"));
            } else if (name.equals(STUB_PACKAGE)) {
                boot.add(deb.getValue(), path -> path.startsWith(STUBS));
            } else if (name.equals(CERTIFICATES_PACKAGE)) {
                boot.add(deb.getValue(), AUTHORITIES::contains);
            } else {
                runtime.add(deb.getValue(), path -> path.startsWith("usr/bin/") || path.startsWith("usr/lib"));
            }
        }
        writeKernel(kernel, directory.resolve(KERNEL));
        Path stub = boot.file(STUBS + stubName())
                .orElseThrow(() -> new IOException("the package " + STUB_PACKAGE + " holds no " + stubName()));
        Files.move(stub, directory.resolve(STUB), StandardCopyOption.ATOMIC_MOVE);
        Set<String> chosen = ElfClosure.of(runtime, PROGRAMS);
        runtime.remove(path -> !chosen.contains(path));
        runtime.put(CERTIFICATES, authorities(boot), 0644);
        MachineRoot.write(directory.resolve(SEGMENT), kernel, runtime, guest);
        DurableFiles.deleteTree(spool);
    }

    private static byte[] authorities(PackageTree boot) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : AUTHORITIES) {
            Path file = boot.file(name)
                    .orElseThrow(() -> new IOException("the package " + CERTIFICATES_PACKAGE + " holds no " + name));
            Files.copy(file, all);
        }
        return all.toByteArray();
    }

    private String stubName() {
        return switch (architecture) {
            case AMD64 -> "linuxx64.efi.stub";
            case ARM64 -> "linuxaa64.efi.stub";
        };
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
