package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.image.MachineImageApi.Image;
import io.i2kit.cloud.aws.image.MachineImageApi.Snapshot;
import io.i2kit.cloud.provider.CloudException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and deletes what a cluster's images have left: images that no launch template and no machine uses, then snapshots that no
 * image is made of. What does not carry the cluster's tag is never looked at.
 */
final class ImageSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ImageSweep.class);

    private final MachineImageApi api;
    private final Map<String, String> owned;
    private final Instant madeBefore;

    ImageSweep(MachineImageApi api, String clusterId, Instant madeBefore) {
        this.api = api;
        this.owned = Map.of(AwsTags.CLUSTER, clusterId);
        this.madeBefore = madeBefore;
    }

    /**
     * @param keep by the hash of the content
     * @return hashes of the images that went
     */
    Set<String> sweep(Predicate<String> keep) {
        List<Image> all = api.images(owned);
        List<Image> unused = all.stream()
                .filter(image -> image.tags().containsKey(AwsTags.CONTENT_HASH))
                .filter(image -> image.createdAt().isBefore(madeBefore))
                .filter(image -> !keep.test(hash(image.tags())))
                .toList();
        Set<String> used = unused.isEmpty()
                ? Set.of()
                : api.usedBy(unused.stream().map(Image::id).collect(Collectors.toSet()));
        Set<String> gone = new TreeSet<>();
        Set<String> goneIds = new HashSet<>();
        for (Image image : unused) {
            if (!used.contains(image.id())) {
                api.deregisterImage(image.id());
                LOG.info("deregistered image {}, which nobody uses", image.id());
                gone.add(hash(image.tags()));
                goneIds.add(image.id());
            }
        }
        Set<String> needed = all.stream()
                .filter(image -> !goneIds.contains(image.id()))
                .flatMap(image -> image.snapshotIds().stream())
                .collect(Collectors.toSet());
        Set<String> kept = all.stream()
                .filter(image -> !goneIds.contains(image.id()))
                .map(image -> hash(image.tags()))
                .collect(Collectors.toSet());
        deleteSnapshots(name -> keep.test(name) || kept.contains(name), needed);
        return gone;
    }

    private static String hash(Map<String, String> tags) {
        return tags.getOrDefault(AwsTags.CONTENT_HASH, "");
    }

    private void deleteSnapshots(Predicate<String> keep, Set<String> needed) {
        for (Snapshot snapshot : api.snapshots(owned)) {
            boolean ours = snapshot.tags().containsKey(AwsTags.CONTENT_HASH);
            if (ours
                    && snapshot.startedAt().isBefore(madeBefore)
                    && !needed.contains(snapshot.id())
                    && !keep.test(hash(snapshot.tags()))) {
                try {
                    api.deleteSnapshot(snapshot.id());
                    LOG.info("deleted snapshot {}, which no image is made of", snapshot.id());
                } catch (CloudException.Invalid e) {
                    // AWS says that an image needs it (InvalidSnapshot.InUse): one that somebody else registered.
                    LOG.warn("snapshot {} stays: {}", snapshot.id(), e.getMessage());
                }
            }
        }
    }
}
