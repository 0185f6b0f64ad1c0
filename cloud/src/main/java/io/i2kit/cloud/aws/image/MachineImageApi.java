package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.model.Architecture;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What i2kit calls of AWS for machine images. One method is one call (paged ones loop, lists of ids are split). Errors are
 * {@link io.i2kit.cloud.provider.CloudException}: {@code NotFound}, {@code Invalid}, {@code LimitExceeded}, or {@code Unavailable}
 * when the effect is unknown.
 */
interface MachineImageApi {
    /** Bytes of a block of the EBS direct APIs. */
    int BLOCK_BYTES = 512 * 1024;

    /**
     * Starts an encrypted snapshot that blocks are written to. The same token gives the same snapshot.
     *
     * @param gibibytes of a volume made of it
     * @return its id
     */
    String startSnapshot(String token, int gibibytes, String description, Map<String, String> tags);

    /**
     * Writes one block; again is no error.
     *
     * @param content {@link #BLOCK_BYTES} bytes
     * @param sha256 of the content, in base64; AWS compares it
     */
    void putBlock(String snapshotId, int index, byte[] content, String sha256);

    /**
     * Ends the writing. The snapshot is pending until AWS has stored it.
     *
     * @param blocks how many were written
     * @param sha256 over the blocks' hashes in the order of their indexes, in base64
     */
    void completeSnapshot(String snapshotId, int blocks, String sha256);

    /** The account's own snapshots with all of these tags. */
    List<Snapshot> snapshots(Map<String, String> tags);

    void deleteSnapshot(String snapshotId);

    /**
     * Registers an image for UEFI machines whose metadata service speaks version 2 only.
     *
     * @return its id
     */
    String registerImage(Registration registration);

    /** The account's own images with this name. */
    List<Image> imagesNamed(String name);

    /** The account's own images with all of these tags. */
    List<Image> images(Map<String, String> tags);

    /** Adds or replaces tags of images and snapshots. */
    void tag(Collection<String> resourceIds, Map<String, String> tags);

    /** Its snapshots stay. */
    void deregisterImage(String imageId);

    /** Those of the images that a machine runs or that a launch template would start, whoever's they are. */
    Set<String> usedBy(Collection<String> imageIds);

    /** How far a snapshot is. */
    enum SnapshotState {
        PENDING,
        COMPLETED,
        /** AWS gave it up. */
        ERROR
    }

    /** A snapshot as it is now. */
    record Snapshot(String id, SnapshotState state, Instant startedAt, Map<String, String> tags) {
        public Snapshot {
            tags = Map.copyOf(tags);
        }
    }

    /** How far an image is. */
    enum ImageState {
        PENDING,
        AVAILABLE,
        FAILED
    }

    /**
     * An image as it is now.
     *
     * @param snapshotIds of its disks
     */
    record Image(String id, ImageState state, Instant createdAt, List<String> snapshotIds, Map<String, String> tags) {
        public Image {
            snapshotIds = List.copyOf(snapshotIds);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * An image to register.
     *
     * @param name no other image of the account and region has it
     * @param gibibytes of the root volume
     */
    record Registration(
            String name,
            String description,
            Architecture architecture,
            String snapshotId,
            int gibibytes,
            Map<String, String> tags) {
        public Registration {
            tags = Map.copyOf(tags);
        }
    }
}
