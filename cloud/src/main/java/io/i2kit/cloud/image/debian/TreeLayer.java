package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A tree as a layer of an image: a gzip-compressed tar with times of 0, so that the same tree is the same layer.
 *
 * @param diffId digest of the uncompressed tar
 */
record TreeLayer(Descriptor descriptor, Digest diffId) {
    private static final int GZIP_BUFFER_BYTES = 1 << 16;

    static TreeLayer store(PackageTree tree, ImageStore store) throws IOException {
        Digest[] diffId = new Digest[1];
        Descriptor descriptor = store.put(MediaTypes.OCI_LAYER_GZIP, out -> diffId[0] = write(tree, out));
        return new TreeLayer(descriptor, diffId[0]);
    }

    private static Digest write(PackageTree tree, OutputStream out) throws IOException {
        GZIPOutputStream gzip = new GZIPOutputStream(out, GZIP_BUFFER_BYTES);
        DigestOutputStream plain = new DigestOutputStream(gzip, Digest.sha256());
        TarArchiveOutputStream tar = new TarArchiveOutputStream(plain, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        for (Map.Entry<String, PackageTree.Entry> entry : tree.entries().entrySet()) {
            add(tar, entry.getKey(), entry.getValue());
        }
        tar.finish();
        plain.flush();
        gzip.finish();
        return Digest.finish(plain.getMessageDigest());
    }

    private static void add(TarArchiveOutputStream tar, String path, PackageTree.Entry entry) throws IOException {
        Path content = entry.content();
        TarArchiveEntry header;
        if (content != null) {
            header = new TarArchiveEntry(path);
            header.setSize(Files.size(content));
        } else if (entry.isLink()) {
            header = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
            header.setLinkName(entry.target());
        } else {
            header = new TarArchiveEntry(path + "/");
        }
        header.setMode(entry.mode() & 07777);
        header.setIds(0, 0);
        header.setUserId(entry.uid());
        header.setGroupId(entry.gid());
        header.setUserName("");
        header.setGroupName("");
        header.setModTime(0);
        tar.putArchiveEntry(header);
        if (content != null) {
            Files.copy(content, tar);
        }
        tar.closeArchiveEntry();
    }
}
