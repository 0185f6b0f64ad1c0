package io.i2kit.cloud.deploy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the cloud last said of the resources of one kind. Notices drop entries, so many readers of one resource cost one call, and
 * many resources that changed together are described together.
 *
 * @param <S> the status of one resource
 */
public final class Described<S> {
    /** More than a large cluster has; the bound only keeps a leak from growing for ever. */
    private static final long MAX_ENTRIES = 20_000;

    /** Notices are never lost but can be late: this is how late an answer can be that no notice corrects. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Function<Collection<String>, List<S>> describe;
    private final Function<S, String> name;
    private final Cache<String, Optional<S>> known = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(FRESH)
            .build();

    Described(Function<Collection<String>, List<S>> describe, Function<S, String> name) {
        this.describe = describe;
        this.name = name;
    }

    /** The status of a resource, or null when the cloud does not have it. */
    public @Nullable S get(String resource) {
        Optional<S> answer = known.getIfPresent(resource);
        if (answer == null) {
            refresh(Set.of(resource));
            answer = known.getIfPresent(resource);
        }
        return answer == null ? null : answer.orElse(null);
    }

    /** Asks the cloud for these in one call. */
    public void refresh(Collection<String> resources) {
        if (resources.isEmpty()) {
            return;
        }
        Set<String> missing = new LinkedHashSet<>(resources);
        for (S status : describe.apply(resources)) {
            known.put(name.apply(status), Optional.of(status));
            missing.remove(name.apply(status));
        }
        missing.forEach(resource -> known.put(resource, Optional.empty()));
    }

    /** Forgets what was said of a resource. */
    public void invalidate(String resource) {
        known.invalidate(resource);
    }

    /** Forgets everything. */
    public void invalidateAll() {
        known.invalidateAll();
    }
}
