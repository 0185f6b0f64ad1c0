package io.i2kit.apiserver.app;

import io.i2kit.apiserver.backup.Backup;
import io.i2kit.apiserver.controller.pod.StoredStackRecords;
import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.StackId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a data folder of a backup: a server on it is the cluster's, with its objects, its keys, and so its machines. All is made aside
 * and the store takes its place last, so that what breaks off can be done again.
 */
final class Adoption {
    private final DataFolder data;
    private final AtRest atRest;
    private final Path aside;

    /** @param atRest how the store is to be written */
    Adoption(DataFolder data, AtRest atRest) {
        this.data = data;
        this.atRest = atRest;
        this.aside = data.root().resolve("adopting");
    }

    /**
     * @param objects how many there are of each resource
     * @param owners of what the cluster has in the cloud, as far as the backup knows
     */
    record Restored(Backup.Header header, Map<String, Long> objects, Set<StackId> owners) {}

    /** @throws UserError when the folder holds a cluster, or the backup cannot be read or the folder written */
    Restored restore(byte[] content) {
        if (Files.exists(data.store())) {
            throw new UserError(
                    "the data folder " + data.root() + " holds a cluster already; name another with --data");
        }
        try (ServerLock lock = ServerLock.take(data)) {
            DurableFiles.deleteTree(aside);
            Backup backup = Backup.open(content);
            Restored restored = fill(backup);
            for (Path file : files(aside.resolve("pki"))) {
                Path target = Files.createDirectories(data.pki()).resolve(file.getFileName());
                requireSame(file, target);
                Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(aside.resolve("store"), data.store(), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.deleteTree(aside);
            return restored;
        } catch (IOException | StorageException e) {
            throw new UserError("the backup could not be restored: " + e.getMessage(), e);
        }
    }

    private Restored fill(Backup backup) throws IOException {
        try (Storage storage = RocksStorage.create(
                ApiFront.storeSettings(aside.resolve("store"), atRest),
                backup.header().lastRevision())) {
            backup.restore(storage, this::put);
            Set<StackId> owners = new StoredStackRecords(storage)
                    .list().stream().map(StackRecord::id).collect(Collectors.toSet());
            return new Restored(backup.header(), new TreeMap<>(storage.counts()), owners);
        }
    }

    private void put(String name, byte[] content) throws IOException {
        Path file = aside.resolve(name).normalize();
        if (!file.startsWith(aside)) {
            throw new IOException("the backup has a file of the name " + name);
        }
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Keys of another cluster are not overwritten. */
    private static void requireSame(Path file, Path target) throws IOException {
        boolean another = file.getFileName().toString().startsWith("ca.")
                && Files.exists(target)
                && !Arrays.equals(Files.readAllBytes(file), Files.readAllBytes(target));
        if (another) {
            throw new IOException(target + " is the key of another cluster; name another folder with --data");
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> listed = Files.list(folder)) {
            return listed.toList();
        }
    }
}
