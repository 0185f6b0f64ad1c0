package io.i2kit.cloud.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.image.TestImages;
import io.i2kit.cloud.image.TestImages.LayerTar;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    private static final ImageReference NAME = ImageReference.parse("r.io/app:1");

    @TempDir
    Path work;

    private ImageStore store(String directory) throws IOException {
        return new ImageStore(work.resolve(directory));
    }

    private static void fill(ImageStore store) throws IOException {
        byte[] shared = new LayerTar().file("shared", "1").bytes();
        byte[] own = new LayerTar().file("own", "2").bytes();
        TestImages.store(store, "r.io/app:1", ImageConfig.Execution.EMPTY, List.of(shared, own));
        TestImages.store(store, "r.io/other:1", ImageConfig.Execution.EMPTY, List.of(shared));
    }

    private long blobs(String directory) throws IOException {
        try (Stream<Path> files = Files.list(work.resolve(directory).resolve("blobs/sha256"))) {
            return files.count();
        }
    }

    @Test
    void aLayoutIsImportedFromADirectoryAndFromATar() throws IOException {
        fill(store("from"));
        assertThat(new ImageImporter(store("to")).importFrom(work.resolve("from"), null))
                .extracting(ImageReference::toString)
                .containsExactly("r.io/app:1", "r.io/other:1");
        Path tar = work.resolve("layout.tar");
        tarOf(work.resolve("from"), tar);
        ImageStore second = store("second");
        assertThat(new ImageImporter(second).importFrom(tar, null)).hasSize(2);
        assertThat(second.open(NAME, "amd64")).isPresent();
        assertThat(second.list()).isEqualTo(store("from").list());
    }

    private static void tarOf(Path directory, Path tar) throws IOException {
        try (OutputStream out = Files.newOutputStream(tar);
                TarArchiveOutputStream archive = new TarArchiveOutputStream(out);
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                archive.putArchiveEntry(
                        new TarArchiveEntry(file, directory.relativize(file).toString()));
                Files.copy(file, archive);
                archive.closeArchiveEntry();
            }
            archive.finish();
        }
    }

    @Test
    void aDockerArchiveIsImportedUnderItsTags() throws IOException {
        byte[] layer = new LayerTar().file("hello", "docker").bytes();
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/x\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                        .formatted(Digest.of(layer));
        String manifest = "[{\"Config\":\"c.json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"l/layer.tar\"]}]";
        byte[] tar = new LayerTar()
                .file("c.json", config)
                .file("manifest.json", manifest)
                .file("l/layer.tar", layer, 0644)
                .bytes();
        Path archive = Files.write(work.resolve("saved.tar.gz"), TestImages.gzip(tar));
        ImageStore store = store("store");
        assertThat(new ImageImporter(store).importFrom(archive, null))
                .containsExactly(ImageReference.parse("docker.io/library/app:1"));
        ImageSource image = store.open(ImageReference.parse("app:1"), "amd64").orElseThrow();
        assertThat(image.config().execution().cmd()).containsExactly("/x");
        assertThat(image.openLayer(image.manifest().layers().getFirst()).readAllBytes())
                .isEqualTo(layer);
        assertThatThrownBy(() -> store.open(ImageReference.parse("app:1"), "arm64"))
                .isInstanceOf(PullException.NoMatchingManifest.class);
    }

    @Test
    void damagedAndForeignFilesAreRefused() throws IOException {
        fill(store("from"));
        Digest digest = store("from").find(NAME).orElseThrow().contentDigest();
        Files.writeString(work.resolve("from/blobs/sha256").resolve(digest.hex()), "{}");
        ImageImporter importer = new ImageImporter(store("to"));
        assertThatThrownBy(() -> importer.importFrom(work.resolve("from"), null))
                .hasMessageContaining("is damaged");
        Path outside = Files.write(
                work.resolve("evil.tar"),
                new LayerTar().symlink("d", work.toString()).file("d/evil", "").bytes());
        assertThatThrownBy(() -> importer.importFrom(outside, null)).hasMessageContaining("through a link out of it");
        Path other = Files.write(
                work.resolve("other.tar"), new LayerTar().file("x", "").bytes());
        assertThatThrownBy(() -> importer.importFrom(other, null)).hasMessageContaining("neither an OCI image layout");
        assertThat(work.resolve("evil")).doesNotExist();
    }

    @Test
    void removingANameDeletesOnlyWhatNoOtherNeeds() throws IOException {
        ImageStore store = store("store");
        fill(store);
        assertThat(blobs("store")).isEqualTo(6);
        assertThat(store.remove(NAME)).isTrue();
        assertThat(store.remove(NAME)).isFalse();
        assertThat(blobs("store")).isEqualTo(3);
        assertThat(store.open(ImageReference.parse("r.io/other:1"), "amd64")).isPresent();
    }

    @Test
    void aWriterThatFailsLeavesNoBlob() throws IOException {
        ImageStore store = store("store");
        assertThatThrownBy(() -> store.put("any", out -> {
                    out.write("half".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("broken");
                }))
                .hasMessage("broken");
        try (Stream<Path> files = Files.walk(work.resolve("store/blobs"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
