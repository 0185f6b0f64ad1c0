package io.i2kit.apiserver.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SortedKeysTest {
    @Test
    void isASortedSet() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SortedKeys keys = new SortedKeys();
        TreeSet<ObjectKey> expected = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            ObjectKey key = new ObjectKey("pods", "n" + random.nextInt(3), "p" + random.nextInt(1500));
            // It grows, then shrinks to nothing, and grows again.
            boolean adds = random.nextInt(10) < (i / 4000 % 2 == 0 ? 8 : 1);
            if (adds) {
                keys.add(key);
                expected.add(key);
            } else {
                keys.remove(key);
                expected.remove(key);
            }
            assertThat(keys.size()).isEqualTo(expected.size());
            if (i % 100 == 0) {
                List<ObjectKey> found = new ArrayList<>();
                keys.from(key, each -> {
                    found.add(each);
                    return found.size() < 300;
                });
                assertThat(found)
                        .as("seed %d", seed)
                        .containsExactlyElementsOf(
                                expected.tailSet(key).stream().limit(300).toList());
            }
        }
    }
}
