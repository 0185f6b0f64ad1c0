package io.i2kit.cloud.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.image.initrd.CpioWriter.Node;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.model.Architecture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official layout: {@code /kernel} and {@code /kernel.tar} in one image, the rest in another. */
class BaseImagesTest {
    private static final ImageReference KERNEL = ImageReference.parse("i2kit/kernel:x");
    private static final ImageReference INIT = ImageReference.parse("i2kit/guest:x");

    @TempDir
    Path work;

    private Base.Prepared base() throws IOException {
        Path segment = work.resolve("segment");
        Segments.write(segment, 3, cpio -> {
            cpio.directory("etc", 0755);
            cpio.file("etc/i2kit-modules", "/usr/lib/modules/1/a.ko\n".getBytes(StandardCharsets.UTF_8), 0644);
            cpio.file("init", "the guest".getBytes(StandardCharsets.UTF_8), 0755);
            cpio.symlink("lib", "usr/lib", Node.of(CpioWriter.SYMLINK | 0777));
            cpio.directory("usr", 0755);
            cpio.directory("usr/lib", 0755);
            cpio.directory("usr/lib/modules", 0755);
            cpio.directory("usr/lib/modules/1", 0755);
            cpio.file("usr/lib/modules/1/a.ko", "a module".getBytes(StandardCharsets.UTF_8), 0644);
        });
        return new Base.Prepared(Files.writeString(work.resolve("kernel"), "the kernel"), segment, null);
    }

    @Test
    void theKernelImageHasTheModulesAndTheInitImageTheRest() throws IOException {
        ImageStore store = new ImageStore(work.resolve("store"));
        BaseImages images = new BaseImages(store, Architecture.AMD64);
        images.putKernel(KERNEL, base());
        images.putInit(INIT, base());
        Map<String, String> kernel = entries(layer(store, KERNEL));
        assertThat(kernel).containsOnlyKeys("kernel", "kernel.tar").containsEntry("kernel", "the kernel");
        byte[] modules = String.valueOf(kernel.get("kernel.tar")).getBytes(StandardCharsets.ISO_8859_1);
        // Parents first: the kernel makes none by itself.
        assertThat(entries(new ByteArrayInputStream(modules)))
                .containsEntry("usr/lib/modules/1/a.ko", "a module")
                .containsEntry("etc/i2kit-modules", "/usr/lib/modules/1/a.ko\n")
                .extracting(Map::keySet)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.ITERABLE)
                .startsWith("etc/")
                .containsSubsequence("usr/", "usr/lib/", "usr/lib/modules/", "usr/lib/modules/1/")
                .doesNotContain("init", "lib");
        assertThat(entries(layer(store, INIT)))
                .containsEntry("init", "the guest")
                .containsEntry("lib", "usr/lib")
                .doesNotContainKeys("etc/i2kit-modules", "usr/lib/modules/");
    }

    @Test
    void theSameBaseGivesTheSameImages() throws IOException {
        ImageStore one = new ImageStore(work.resolve("one"));
        ImageStore other = new ImageStore(work.resolve("other"));
        assertThat(new BaseImages(one, Architecture.AMD64).putInit(INIT, base()))
                .isEqualTo(new BaseImages(other, Architecture.AMD64).putInit(INIT, base()));
    }

    private static InputStream layer(ImageStore store, ImageReference name) throws IOException {
        ImageSource image = store.open(name, "amd64").orElseThrow();
        Descriptor only = image.manifest().layers().getFirst();
        return new GZIPInputStream(image.openLayer(only));
    }

    /** Contents (or link targets) by name, in the archive's order; bytes as ISO 8859-1. */
    private static Map<String, String> entries(InputStream in) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                entries.put(
                        entry.getName(),
                        entry.isSymbolicLink()
                                ? entry.getLinkName()
                                : new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return entries;
    }
}
