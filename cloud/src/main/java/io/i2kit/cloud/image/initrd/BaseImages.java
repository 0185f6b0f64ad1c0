package io.i2kit.cloud.image.initrd;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.Manifest;
import io.i2kit.cloud.image.oci.MediaTypes;
import io.i2kit.cloud.image.oci.OciJson;
import io.i2kit.cloud.model.Architecture;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A base as the images that LinuxKit's own tools take: a kernel image with {@code /kernel} and {@code /kernel.tar} (the modules), and
 * an init image with all else. Made of the same prepared base as the built-in builder's machines; the same base gives the same bytes.
 */
public final class BaseImages {
    private static final int PERMISSIONS = 07777;
    private static final Set<String> PARENTS = Set.of("etc", "usr", "usr/lib");

    private final ImageStore store;
    private final Architecture architecture;

    public BaseImages(ImageStore store, Architecture architecture) {
        this.store = store;
        this.architecture = architecture;
    }

    /** @return the image by digest */
    public ImageReference putKernel(ImageReference name, Base.Prepared base) throws IOException {
        ByteArrayOutputStream modules = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = tarTo(modules)) {
            // The kernel image is unpacked first, and the kernel makes no parents of what an archive holds.
            copy(base.segment(), path -> PARENTS.contains(path) || isOfKernel(path), tar);
        }
        return put(name, tar -> {
            add(tar, regular("kernel", 0644, Files.size(base.kernel())), base.kernel());
            tar.putArchiveEntry(regular("kernel.tar", 0644, modules.size()));
            modules.writeTo(tar);
            tar.closeArchiveEntry();
        });
    }

    /** @return the image by digest */
    public ImageReference putInit(ImageReference name, Base.Prepared base) throws IOException {
        return put(name, tar -> copy(base.segment(), path -> !isOfKernel(path), tar));
    }

    private static boolean isOfKernel(String path) {
        return path.startsWith("usr/lib/modules") || path.equals("etc/i2kit-modules");
    }

    /** What a layer holds. */
    @FunctionalInterface
    private interface Content {
        void writeTo(TarArchiveOutputStream tar) throws IOException;
    }

    private ImageReference put(ImageReference name, Content content) throws IOException {
        Digest[] diffId = new Digest[1];
        Descriptor layer = store.put(MediaTypes.OCI_LAYER_GZIP, out -> diffId[0] = write(content, out));
        ImageConfig config = new ImageConfig(
                null,
                architecture.ociName(),
                "linux",
                ImageConfig.Execution.EMPTY,
                new ImageConfig.RootFs("layers", List.of(diffId[0].toString())));
        Descriptor stored = store.put(MediaTypes.OCI_CONFIG, OciJson.write(config));
        return store.add(name, new Manifest(2, MediaTypes.OCI_MANIFEST, stored, List.of(layer)));
    }

    private static Digest write(Content content, OutputStream out) throws IOException {
        GZIPOutputStream gzip = new GZIPOutputStream(out);
        DigestOutputStream plain = new DigestOutputStream(gzip, Digest.sha256());
        TarArchiveOutputStream tar = tarTo(plain);
        content.writeTo(tar);
        tar.finish();
        plain.flush();
        gzip.finish();
        return Digest.finish(plain.getMessageDigest());
    }

    private static TarArchiveOutputStream tarTo(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        return tar;
    }

    private static void copy(Path segment, Predicate<String> wanted, TarArchiveOutputStream tar) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(segment));
                ZstdInputStreamNoFinalizer plain = new ZstdInputStreamNoFinalizer(file);
                CpioArchiveInputStream cpio = new CpioArchiveInputStream(new BufferedInputStream(plain))) {
            CpioArchiveEntry entry;
            while ((entry = cpio.getNextEntry()) != null) {
                if (wanted.test(entry.getName())) {
                    copy(entry, cpio, tar);
                }
            }
        }
    }

    private static void copy(CpioArchiveEntry entry, CpioArchiveInputStream cpio, TarArchiveOutputStream tar)
            throws IOException {
        int permissions = (int) entry.getMode() & PERMISSIONS;
        if (entry.isDirectory()) {
            tar.putArchiveEntry(withMode(new TarArchiveEntry(entry.getName() + "/"), permissions));
        } else if (entry.isSymbolicLink()) {
            TarArchiveEntry link = new TarArchiveEntry(entry.getName(), TarConstants.LF_SYMLINK);
            link.setLinkName(new String(cpio.readAllBytes(), StandardCharsets.UTF_8));
            tar.putArchiveEntry(withMode(link, permissions));
        } else if (entry.isRegularFile()) {
            tar.putArchiveEntry(regular(entry.getName(), permissions, entry.getSize()));
            cpio.transferTo(tar);
        } else {
            throw new IOException("the base holds " + entry.getName() + ", which an image's layer has no place for");
        }
        tar.closeArchiveEntry();
    }

    private static void add(TarArchiveOutputStream tar, TarArchiveEntry header, Path content) throws IOException {
        tar.putArchiveEntry(header);
        Files.copy(content, tar);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry regular(String name, int permissions, long size) {
        TarArchiveEntry entry = withMode(new TarArchiveEntry(name), permissions);
        entry.setSize(size);
        return entry;
    }

    private static TarArchiveEntry withMode(TarArchiveEntry entry, int permissions) {
        entry.setMode(permissions);
        entry.setIds(0, 0);
        entry.setUserName("");
        entry.setGroupName("");
        entry.setModTime(0);
        return entry;
    }
}
