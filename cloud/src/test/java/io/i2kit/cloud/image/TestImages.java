package io.i2kit.cloud.image;

import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.Manifest;
import io.i2kit.cloud.image.oci.MediaTypes;
import io.i2kit.cloud.image.oci.OciJson;
import io.i2kit.cloud.model.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Small images that tests make themselves. */
public final class TestImages {
    private TestImages() {}

    /** Builds one layer's tar. */
    public static final class LayerTar {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

        public LayerTar() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        }

        public LayerTar directory(String name, int mode) throws IOException {
            return add(name + "/", TarConstants.LF_DIR, mode, "", new byte[0]);
        }

        public LayerTar file(String name, String content) throws IOException {
            return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
        }

        public LayerTar file(String name, byte[] content, int mode) throws IOException {
            return add(name, TarConstants.LF_NORMAL, mode, "", content);
        }

        public LayerTar symlink(String name, String target) throws IOException {
            return add(name, TarConstants.LF_SYMLINK, 0777, target, new byte[0]);
        }

        public LayerTar hardLink(String name, String target) throws IOException {
            return add(name, TarConstants.LF_LINK, 0644, target, new byte[0]);
        }

        /** Adds an entry of any kind; the user is 1000 and the group 100 for files below {@code home}. */
        public LayerTar add(String name, byte type, int mode, String link, byte[] content) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setMode(mode);
            entry.setSize(content.length);
            entry.setLinkName(link);
            entry.setModTime(1_700_000_000_000L);
            if (name.startsWith("home")) {
                entry.setIds(1000, 100);
            }
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        }

        public byte[] bytes() throws IOException {
            tar.finish();
            return bytes.toByteArray();
        }
    }

    /** Compresses reproducibly. */
    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    /** Stores an image of uncompressed tars, lowest first. */
    public static ImageReference store(
            ImageStore store, String name, ImageConfig.Execution execution, List<byte[]> tars) throws IOException {
        return store(store, name, execution, tars, Architecture.AMD64);
    }

    /** The same of another architecture. */
    public static ImageReference store(
            ImageStore store,
            String name,
            ImageConfig.Execution execution,
            List<byte[]> tars,
            Architecture architecture)
            throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        for (byte[] tar : tars) {
            layers.add(store.put(MediaTypes.OCI_LAYER_GZIP, gzip(tar)));
            diffIds.add(Digest.of(tar).toString());
        }
        ImageConfig config = new ImageConfig(
                null, architecture.ociName(), "linux", execution, new ImageConfig.RootFs("layers", diffIds));
        Descriptor stored = store.put(MediaTypes.OCI_CONFIG, OciJson.write(config));
        return store.add(ImageReference.parse(name), new Manifest(2, MediaTypes.OCI_MANIFEST, stored, layers));
    }
}
