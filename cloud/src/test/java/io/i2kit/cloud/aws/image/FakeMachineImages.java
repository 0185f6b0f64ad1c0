package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.CloudException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * AWS as its documentation says it is: pending first, a snapshot that is not seen at once, checksums that are compared, names taken
 * once, snapshots that images need. {@link #refuse} makes calls fail before their effect, {@link #loseAnswer} after it.
 */
final class FakeMachineImages implements MachineImageApi {
    private final Map<String, FakeSnapshot> snapshots = new LinkedHashMap<>();
    private final Map<String, FakeImage> images = new LinkedHashMap<>();
    private final Map<String, String> byToken = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Predicate<String> refused = call -> false;
    private Predicate<String> lost = call -> false;
    private int unseenFor;
    private int pendingFor = 2;
    private boolean keepsTags = true;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final Set<String> used = new HashSet<>();

    private static final class FakeSnapshot {
        private final Map<Integer, byte[]> blocks = new TreeMap<>();
        private final Map<String, String> tags = new HashMap<>();
        private Instant startedAt = Instant.EPOCH;
        private boolean complete;
        private boolean failed;
        private int unseen;
        private int pending;
        private int gibibytes;
    }

    private static final class FakeImage {
        private final Map<String, String> tags = new HashMap<>();
        private Registration registration = new Registration("", "", Architecture.AMD64, "", 1, Map.of());
        private Instant createdAt = Instant.EPOCH;
        private int pending;
    }

    /** Makes calls fail as a dead connection does. */
    synchronized void refuse(Predicate<String> calls) {
        refused = calls;
    }

    synchronized void loseAnswer(Predicate<String> calls) {
        lost = calls;
    }

    synchronized void unseenFor(int puts) {
        unseenFor = puts;
    }

    synchronized void pendingFor(int looks) {
        pendingFor = looks;
    }

    /** As an emulator that drops the tags of an image. */
    synchronized void dropTagsOfImages() {
        keepsTags = false;
    }

    synchronized void at(Instant time) {
        now = time;
    }

    synchronized void use(String imageId) {
        used.add(imageId);
    }

    synchronized void fail(String id) {
        snapshot(id).failed = true;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized long count(String prefix) {
        return calls.stream().filter(call -> call.startsWith(prefix)).count();
    }

    synchronized void forgetCalls() {
        calls.clear();
    }

    synchronized Set<String> snapshotIds() {
        return Set.copyOf(snapshots.keySet());
    }

    synchronized Set<String> imageIds() {
        return Set.copyOf(images.keySet());
    }

    synchronized Map<Integer, byte[]> blocks(String snapshotId) {
        return Map.copyOf(snapshot(snapshotId).blocks);
    }

    synchronized Registration registration(String imageId) {
        return image(imageId).registration;
    }

    synchronized int gibibytes(String snapshotId) {
        return snapshot(snapshotId).gibibytes;
    }

    private void before(String call) {
        calls.add(call);
        if (refused.test(call)) {
            throw new CloudException.Unavailable("refused: " + call, null);
        }
    }

    private void after(String call) {
        if (lost.test(call)) {
            throw new CloudException.Unavailable("answer lost: " + call, null);
        }
    }

    private FakeSnapshot snapshot(String id) {
        FakeSnapshot snapshot = snapshots.get(id);
        if (snapshot == null) {
            throw new CloudException.NotFound("ResourceNotFoundException: " + id);
        }
        return snapshot;
    }

    private FakeImage image(String id) {
        FakeImage image = images.get(id);
        if (image == null) {
            throw new CloudException.NotFound("InvalidAMIID.NotFound: " + id);
        }
        return image;
    }

    @Override
    public synchronized String startSnapshot(
            String token, int gibibytes, String description, Map<String, String> tags) {
        before("start");
        String id = byToken.computeIfAbsent(token, unused -> {
            String fresh = "snap-%017d".formatted(snapshots.size() + 1 + byToken.size());
            FakeSnapshot snapshot = new FakeSnapshot();
            snapshot.tags.putAll(tags);
            snapshot.unseen = unseenFor;
            snapshot.pending = pendingFor;
            snapshot.startedAt = now;
            snapshot.gibibytes = gibibytes;
            snapshots.put(fresh, snapshot);
            return fresh;
        });
        after("start");
        return id;
    }

    @Override
    public synchronized void putBlock(String snapshotId, int index, byte[] content, String sha256) {
        before("put " + index);
        FakeSnapshot snapshot = snapshot(snapshotId);
        if (snapshot.unseen-- > 0) {
            throw new CloudException.NotFound("ResourceNotFoundException: " + snapshotId);
        }
        if (snapshot.complete) {
            throw new CloudException.Invalid("ConflictException: the snapshot takes no more blocks");
        }
        if (content.length != BLOCK_BYTES || !sha256.equals(base64(sha256(content)))) {
            throw new CloudException.Invalid("ValidationException: INVALID_BLOCK or checksum");
        }
        snapshot.blocks.put(index, content.clone());
        after("put " + index);
    }

    @Override
    public synchronized void completeSnapshot(String snapshotId, int blocks, String sha256) {
        before("complete");
        FakeSnapshot snapshot = snapshot(snapshotId);
        if (snapshot.complete) {
            throw new CloudException.Invalid("ConflictException: the snapshot is complete");
        }
        MessageDigest all = digest();
        snapshot.blocks.values().forEach(block -> all.update(sha256(block)));
        if (blocks != snapshot.blocks.size() || !sha256.equals(base64(all.digest()))) {
            throw new CloudException.Invalid("ValidationException: checksum of the snapshot");
        }
        snapshot.complete = true;
        after("complete");
    }

    @Override
    public synchronized List<Snapshot> snapshots(Map<String, String> tags) {
        before("snapshots");
        return snapshots.entrySet().stream()
                .filter(one -> one.getValue().tags.entrySet().containsAll(tags.entrySet()))
                .map(one -> new Snapshot(
                        one.getKey(), state(one.getValue()), one.getValue().startedAt, one.getValue().tags))
                .toList();
    }

    private static SnapshotState state(FakeSnapshot snapshot) {
        if (snapshot.failed) {
            return SnapshotState.ERROR;
        }
        return snapshot.complete && snapshot.pending-- <= 0 ? SnapshotState.COMPLETED : SnapshotState.PENDING;
    }

    @Override
    public synchronized void deleteSnapshot(String snapshotId) {
        before("delete " + snapshotId);
        boolean needed = images.values().stream()
                .anyMatch(image -> image.registration.snapshotId().equals(snapshotId));
        if (needed) {
            throw new CloudException.Invalid("InvalidSnapshot.InUse: " + snapshotId);
        }
        snapshots.remove(snapshotId);
    }

    @Override
    public synchronized String registerImage(Registration registration) {
        before("register");
        if (images.values().stream().anyMatch(one -> one.registration.name().equals(registration.name()))) {
            throw new CloudException.Invalid("InvalidAMIName.Duplicate: " + registration.name());
        }
        if (state(snapshot(registration.snapshotId())) != SnapshotState.COMPLETED) {
            throw new CloudException.Invalid("InvalidSnapshot: is pending");
        }
        String id = "ami-%017d".formatted(calls.size());
        FakeImage image = new FakeImage();
        image.registration = registration;
        image.createdAt = now;
        image.pending = pendingFor;
        if (keepsTags) {
            image.tags.putAll(registration.tags());
        }
        images.put(id, image);
        after("register");
        return id;
    }

    @Override
    public synchronized List<Image> imagesNamed(String name) {
        before("images named");
        return find(image -> image.registration.name().equals(name));
    }

    @Override
    public synchronized List<Image> images(Map<String, String> tags) {
        before("images");
        return find(image -> image.tags.entrySet().containsAll(tags.entrySet()));
    }

    private List<Image> find(Predicate<FakeImage> wanted) {
        return images.entrySet().stream()
                .filter(one -> wanted.test(one.getValue()))
                .map(one -> {
                    FakeImage image = one.getValue();
                    ImageState state = image.pending-- <= 0 ? ImageState.AVAILABLE : ImageState.PENDING;
                    return new Image(
                            one.getKey(), state, image.createdAt, List.of(image.registration.snapshotId()), image.tags);
                })
                .toList();
    }

    @Override
    public synchronized void tag(Collection<String> resourceIds, Map<String, String> tags) {
        before("tag");
        resourceIds.forEach(id -> image(id).tags.putAll(tags));
    }

    @Override
    public synchronized void deregisterImage(String imageId) {
        before("deregister " + imageId);
        images.remove(imageId);
    }

    @Override
    public synchronized Set<String> usedBy(Collection<String> imageIds) {
        before("used");
        Set<String> both = new HashSet<>(used);
        both.retainAll(imageIds);
        return both;
    }

    static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[block.length]);
    }

    private static String base64(byte[] hash) {
        return Base64.getEncoder().encodeToString(hash);
    }

    private static byte[] sha256(byte[] content) {
        return digest().digest(content);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
