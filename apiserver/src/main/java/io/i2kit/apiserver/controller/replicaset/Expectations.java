package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a controller has just written and its informer may not have seen yet. Until it has, the count of Pods is not known, and
 * another pass would create or delete too many ({@code UIDTrackingControllerExpectations} in
 * {@code pkg/controller/controller_utils.go}; here by name, so that nothing can be counted twice).
 */
final class Expectations {
    private final ConcurrentMap<ObjectKey, Writes> byOwner = new ConcurrentHashMap<>();

    private record Writes(Set<ObjectKey> created, Map<ObjectKey, String> deleted) {}

    void created(ObjectKey owner, ObjectKey pod) {
        byOwner.compute(owner, (key, writes) -> {
            Writes all = writes == null ? new Writes(new HashSet<>(), new HashMap<>()) : writes;
            all.created().add(pod);
            return all;
        });
    }

    void deleted(ObjectKey owner, ObjectKey pod, String uid) {
        byOwner.compute(owner, (key, writes) -> {
            Writes all = writes == null ? new Writes(new HashSet<>(), new HashMap<>()) : writes;
            all.deleted().put(pod, uid);
            return all;
        });
    }

    void forget(ObjectKey owner) {
        byOwner.remove(owner);
    }

    /**
     * Whether all writes are seen.
     *
     * @param seen what the informer has
     * @param exists whether the store has an object that the informer does not show: one that was made and is gone again will
     *     never be seen
     */
    boolean satisfied(ObjectKey owner, Function<ObjectKey, @Nullable ReplicaPod> seen, Predicate<ObjectKey> exists) {
        return byOwner.compute(owner, (key, writes) -> {
                    if (writes == null) {
                        return null;
                    }
                    writes.created().removeIf(pod -> seen.apply(pod) != null || !exists.test(pod));
                    writes.deleted()
                            .entrySet()
                            .removeIf(entry -> isDeleted(seen.apply(entry.getKey()), entry.getValue()));
                    return writes.created().isEmpty() && writes.deleted().isEmpty() ? null : writes;
                })
                == null;
    }

    private static boolean isDeleted(@Nullable ReplicaPod pod, String uid) {
        return pod == null || pod.terminating() || !pod.uid().equals(uid);
    }
}
