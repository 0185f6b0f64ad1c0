package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which objects of one resource have which term. Guarded by the lock of {@link LiveState}. */
final class TermIndex {
    private final Map<String, SortedKeys> terms = new HashMap<>();

    /** An object's terms changed; one that is new had none, one that is gone has none. */
    void change(ObjectKey key, Set<String> before, Set<String> now) {
        for (String term : before) {
            if (!now.contains(term)) {
                terms.computeIfPresent(term, (any, keys) -> without(keys, key));
            }
        }
        for (String term : now) {
            if (!before.contains(term)) {
                terms.computeIfAbsent(term, any -> new SortedKeys()).add(key);
            }
        }
    }

    void clear() {
        terms.clear();
    }

    /** The keys to look at for objects that have a term of each set: those of the set that is found least. */
    List<SortedKeys> fewest(List<Set<String>> sought) {
        List<SortedKeys> fewest = List.of();
        long least = Long.MAX_VALUE;
        for (Set<String> set : sought) {
            List<SortedKeys> found = new ArrayList<>(set.size());
            long sum = 0;
            for (String term : set) {
                SortedKeys keys = terms.get(term);
                if (keys != null) {
                    found.add(keys);
                    sum += keys.size();
                }
            }
            if (sum < least) {
                least = sum;
                fewest = found;
            }
        }
        return fewest;
    }

    private static @Nullable SortedKeys without(SortedKeys keys, ObjectKey key) {
        keys.remove(key);
        return keys.isEmpty() ? null : keys;
    }
}
