package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Wire;
import io.i2kit.cloud.model.InstanceMetadata;
import io.i2kit.cloud.model.InstanceMetadata.Lifecycle;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** The raw disks between a guest and the cloud; see {@link InstanceMetadata} for what is on them. */
public final class MachineDisks {
    /** The name of the metadata disk's file. */
    public static final String METADATA = "metadata.img";

    /** The name of the tags disk's file. */
    public static final String TAGS = "tags.img";

    /** The name of the file of the disk that the guest writes logs to. */
    public static final String LOGS = "logs.img";

    /** A file with a hole: it takes what is written of it. */
    static final long LOG_BYTES = 4 << 20;

    static final int TAGS_BYTES = 4096;
    private static final int BLOCK_BYTES = 4096;
    private static final String LOG_SUFFIX = ".log";

    private MachineDisks() {}

    private record Document(InstanceMetadata instance, MachineMetadata launch) {}

    static void writeMetadata(Path directory, InstanceMetadata instance, MachineMetadata launch) throws IOException {
        byte[] json = Wire.JSON.writeValueAsBytes(new Document(instance, launch));
        int length = (json.length / BLOCK_BYTES + 1) * BLOCK_BYTES;
        write(directory.resolve(METADATA), Arrays.copyOf(json, length));
    }

    /** @throws CloudException.Invalid when the tags do not fit on their disk */
    static byte[] encode(Lifecycle lifecycle) {
        byte[] json = Wire.JSON.writeValueAsBytes(lifecycle);
        if (json.length >= TAGS_BYTES) {
            throw new CloudException.Invalid("the tags of a machine take " + json.length + " bytes of JSON; at most "
                    + (TAGS_BYTES - 1) + " fit");
        }
        return Arrays.copyOf(json, TAGS_BYTES);
    }

    /** Writes the tags in place, in one system call, so that the guest reads the old or the new ones. */
    static void writeTags(Path directory, Lifecycle lifecycle) throws IOException {
        write(directory.resolve(TAGS), encode(lifecycle));
    }

    static void makeLogs(Path directory) throws IOException {
        Path file = directory.resolve(LOGS);
        write(file, new byte[BLOCK_BYTES]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), LOG_BYTES - 1);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            int written = channel.write(bytes, 0);
            if (written < content.length) {
                throw new IOException("only " + written + " of " + content.length + " bytes of " + file.getFileName()
                        + " could be written");
            }
        }
    }

    /** Removes a machine's files, or all but its logs. Files that are gone are no error. */
    static void remove(Path directory, boolean keepLogs) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!keepLogs || !file.toString().endsWith(LOG_SUFFIX)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        if (!keepLogs) {
            Files.deleteIfExists(directory);
        }
    }
}
