package io.i2kit.cloud.image.disk;

import io.i2kit.cloud.image.initrd.BootArchive;
import io.i2kit.cloud.image.initrd.ImageAssembler;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.List;

/**
 * {@code disk.img}: a raw disk with one EFI system partition that holds one file, {@code \EFI\BOOT\BOOTX64.EFI} or its like, which
 * firmware boots when nothing else is configured (UEFI specification 2.10, 3.5.1.1). The file is a unified kernel image and not
 * the kernel with its own EFI stub: firmware that boots this path passes no command line, and the kernel has none built in, so the
 * stub would find neither {@code initrd=} nor the root's type. As one file it can be measured or signed as a whole.
 */
public final class DiskAssembler implements ImageAssembler {
    public static final String DISK = "disk.img";

    /** Part of the names of images; changes whenever the same parts would give other bytes. */
    public static final String RECIPE = "disk1";

    private static final int BUFFER = 1 << 16;

    private final Architecture architecture;

    public DiskAssembler(Architecture architecture) {
        this.architecture = architecture;
    }

    @Override
    public long assemble(Parts parts, Path output) throws IOException {
        Path stub = parts.base().efiStub();
        if (stub == null) {
            throw new IOException("this base has no EFI stub, and a disk needs one: use the base debian");
        }
        Path own = output.resolve("bundles.cpio.zst");
        List<Path> segments = BootArchive.segments(parts, own);
        UnifiedKernelImage image =
                UnifiedKernelImage.of(stub, parts.base().kernel(), parts.commandLine(), segments, machine());
        write(image, output.resolve(DISK));
        Files.delete(own);
        return image.size();
    }

    private void write(UnifiedKernelImage image, Path file) throws IOException {
        Fat32Volume volume = Fat32Volume.holding(List.of("EFI", "BOOT", fileName()), image.size());
        PartitionTable table = PartitionTable.of(volume.sectors());
        try (FileChannel disk = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            long start = table.partitionOffset();
            DigestOutputStream content = new DigestOutputStream(
                    new BufferedOutputStream(new ChannelOutput(disk, start + volume.contentOffset()), BUFFER),
                    Digest.sha256());
            image.writeTo(content);
            content.flush();
            // Disks that may meet in one machine need names of their own; the same content has the same.
            byte[] identity = content.getMessageDigest().digest();
            volume.writeTo(disk, start, table.partitionSector(), identity);
            table.writeTo(disk, identity);
        }
        DurableFiles.sync(file);
    }

    private String fileName() {
        return switch (architecture) {
            case AMD64 -> "BOOTX64.EFI";
            case ARM64 -> "BOOTAA64.EFI";
        };
    }

    private PortableExecutable.Machine machine() {
        return switch (architecture) {
            case AMD64 -> PortableExecutable.Machine.AMD64;
            case ARM64 -> PortableExecutable.Machine.ARM64;
        };
    }

    /** Writes from a place of a channel on. */
    private static final class ChannelOutput extends OutputStream {
        private final FileChannel channel;
        private long position;

        ChannelOutput(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Sectors.write(channel, position, bytes, offset, length);
            position += length;
        }
    }
}
