package io.i2kit.cloud.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.i2kit.cloud.image.TestImages;
import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.Manifest;
import io.i2kit.cloud.image.oci.PullException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments against the real {@code cpio}, which lists and unpacks them. */
class LayerSegmentsTest {
    @TempDir
    Path work;

    private record Blob(byte[] bytes) implements ImageSource {
        @Override
        public ImageReference reference() {
            return ImageReference.parse("test/layer@" + Digest.of(bytes));
        }

        @Override
        public Manifest manifest() {
            return new Manifest(2, null, descriptor(), List.of(descriptor()));
        }

        @Override
        public ImageConfig config() {
            return new ImageConfig(null, null, null, null, new ImageConfig.RootFs("layers", List.of()));
        }

        @Override
        public InputStream openLayer(Descriptor layer) {
            return new ByteArrayInputStream(bytes);
        }

        Descriptor descriptor() {
            return new Descriptor("any", Digest.of(bytes), bytes.length);
        }
    }

    private LayerSegments segments(String name) throws IOException {
        return new LayerSegments(new DirectoryCache(work.resolve(name)));
    }

    private Layer segment(byte[] tar) throws IOException {
        return segment("cache", TestImages.gzip(tar), Digest.of(tar));
    }

    private Layer segment(String cache, byte[] blob, Digest diffId) throws IOException {
        Blob source = new Blob(blob);
        return segments(cache).get(source, source.descriptor(), diffId);
    }

    private static byte[] plain(Path segment) throws IOException {
        try (InputStream in = new ZstdInputStreamNoFinalizer(Files.newInputStream(segment))) {
            return in.readAllBytes();
        }
    }

    /** Lines of {@code cpio -tvn} by path below the layer's directory: mode, links, uid, gid. */
    private Map<String, String> list(Layer layer) throws Exception {
        String root = layer.directory().substring(1);
        Map<String, String> entries = new TreeMap<>();
        for (String line : cpio(layer, "-tvn").lines().toList()) {
            int at = line.indexOf(root);
            if (at >= 0) {
                String[] fields = line.split(" +");
                String path = line.substring(at + root.length()).replaceFirst("^/", "");
                entries.put(path, String.join(" ", fields[0], fields[1], fields[2], fields[3].replace(",", "")));
            }
        }
        return entries;
    }

    private String cpio(Layer layer, String... options) throws Exception {
        Path archive = work.resolve("archive");
        Path output = work.resolve("output");
        Files.write(archive, plain(layer.segment()));
        String[] command = new String[options.length + 2];
        command[0] = "cpio";
        command[1] = "--quiet";
        System.arraycopy(options, 0, command, 2, options.length);
        Path directory = Files.createDirectories(work.resolve("unpacked"));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(archive.toFile())
                .redirectOutput(output.toFile())
                .redirectError(work.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(work.resolve("errors")))
                .isZero();
        return Files.readString(output);
    }

    private static byte[] everything() throws IOException {
        return new LayerTar()
                .directory("./", 0755)
                .directory("./usr/", 0755)
                .file("./usr/file", "content of the file")
                .hardLink("./usr/second-name", "./usr/file")
                .symlink("./usr/link", "/usr/file")
                .file("usr/setuid", new byte[100_001], 04755)
                .directory("home/me", 0700)
                .file("home/me/mine", "1")
                .file("deep/without/parents", "2")
                .file("usr/" + "long".repeat(60), "3")
                .file("usr/twice", "first")
                .file("usr/twice", "second")
                .add("usr/pipe", TarConstants.LF_FIFO, 0600, "", new byte[0])
                .file("etc/.wh.gone", "")
                .bytes();
    }

    @Test
    void realCpioUnpacksWhatTheTarHeld() throws Exception {
        Layer layer = segment(everything());
        cpio(layer, "-id", "--no-absolute-filenames");
        Path root = work.resolve("unpacked").resolve(layer.directory().substring(1));
        assertThat(root.resolve("usr/second-name")).hasContent("content of the file");
        assertThat(Files.getAttribute(root.resolve("usr/second-name"), "unix:ino"))
                .isEqualTo(Files.getAttribute(root.resolve("usr/file"), "unix:ino"));
        assertThat(Files.readSymbolicLink(root.resolve("usr/link"))).hasToString("/usr/file");
        assertThat(root.resolve("usr/twice")).hasContent("second");
        assertThat(root.resolve("usr/setuid")).hasBinaryContent(new byte[100_001]);
        assertThat(root.resolve("deep/without/parents")).hasContent("2");
        assertThat(root.resolve("usr/" + "long".repeat(60))).hasContent("3");
    }

    @Test
    void modesOwnersAndKindsAreKept() throws Exception {
        Map<String, String> entries = list(segment(everything()));
        assertThat(entries)
                .containsEntry("", "drwxr-xr-x 2 0 0")
                .containsEntry("usr/setuid", "-rwsr-xr-x 1 0 0")
                .containsEntry("usr/file", "-rw-r--r-- 2 0 0")
                .containsEntry("usr/second-name", "-rw-r--r-- 2 0 0")
                .containsEntry("home/me", "drwx------ 2 1000 100")
                .containsEntry("home/me/mine", "-rw-r--r-- 1 1000 100")
                .containsEntry("deep/without", "drwxr-xr-x 2 0 0")
                .containsEntry("usr/pipe", "prw------- 1 0 0")
                .containsEntry("etc/gone", "c--------- 1 0 0")
                .doesNotContainKey("etc/.wh.gone");
    }

    @Test
    void theSameLayerGivesTheSameBytesHoweverItIsCompressed() throws Exception {
        byte[] tar = everything();
        Layer gzip = segment("one", TestImages.gzip(tar), Digest.of(tar));
        Layer plain = segment("two", tar, Digest.of(tar));
        Layer zstd = segment("three", Zstd.compress(tar), Digest.of(tar));
        assertThat(plain.segment()).hasSameBinaryContentAs(gzip.segment());
        assertThat(zstd.segment()).hasSameBinaryContentAs(gzip.segment());
        assertThat(gzip.summary().unpackedBytes()).isEqualTo(100_001 + 19 + 1 + 1 + 1 + 5 + 6);
    }

    @Test
    void nothingLeavesTheLayersDirectory() throws Exception {
        byte[] up = new LayerTar().file("../../etc/shadow", "").bytes();
        assertThatThrownBy(() -> segment(up))
                .isInstanceOf(PullException.Corrupt.class)
                .hasMessageContaining("\"../../etc/shadow\" leaves its directory");
        byte[] through = new LayerTar()
                .symlink("escape", "/../../../../etc")
                .file("escape/shadow", "inside")
                .symlink("a", "b")
                .symlink("b", "a")
                .bytes();
        Map<String, String> entries = list(segment(through));
        assertThat(entries)
                .containsKeys("escape -> /../../../../etc", "etc/shadow")
                .doesNotContainKey("escape/shadow");
        byte[] circle = new LayerTar()
                .symlink("a", "b")
                .symlink("b", "a")
                .file("a/x", "")
                .bytes();
        assertThatThrownBy(() -> segment(circle)).hasMessageContaining("too many levels of symbolic links");
    }

    @Test
    void damagedContentIsRefusedAndLeavesNothing() throws Exception {
        byte[] tar = everything();
        Blob source = new Blob(TestImages.gzip(tar));
        Descriptor wrong = new Descriptor("any", Digest.of(new byte[0]), 0);
        assertThatThrownBy(() -> segments("cache").get(source, wrong, Digest.of(tar)))
                .isInstanceOf(PullException.Corrupt.class)
                .hasMessageContaining("unexpected digest");
        assertThatThrownBy(() -> segments("cache").get(source, source.descriptor(), Digest.of(new byte[0])))
                .isInstanceOf(PullException.Corrupt.class)
                .hasMessageContaining("its content has digest " + Digest.of(tar));
        assertThat(work.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void accountsAndOpaqueDirectoriesAreKnownWithoutReadingTheSegment() throws Exception {
        byte[] tar = new LayerTar()
                .file("etc/passwd", "root:x:0:0::/:/bin/sh\n")
                .directory("data", 0755)
                .file("data/.wh..wh..opq", "")
                .file("replaced", "new")
                .file(".wh.replaced", "")
                .bytes();
        Layer layer = segment(tar);
        assertThat(layer.summary().accounts()).containsEntry("etc/passwd", "root:x:0:0::/:/bin/sh\n");
        assertThat(layer.summary().opaque()).containsExactly("data");
        assertThat(layer.summary().replaced()).containsExactly("replaced");
        assertThat(list(layer)).containsEntry("replaced", "-rw-r--r-- 1 0 0");
    }
}
