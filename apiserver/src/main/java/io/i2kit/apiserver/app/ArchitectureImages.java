package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Images of each architecture over one cache directory, opened when they are first asked for. */
final class ArchitectureImages implements AutoCloseable {
    private final Images.Settings settings;
    private final Consumer<Set<String>> changed;
    private final Map<Architecture, Images> opened = new ConcurrentHashMap<>();

    /** @param changed is told the names of machine images whose build ended */
    ArchitectureImages(Images.Settings settings, Consumer<Set<String>> changed) {
        this.settings = settings;
        this.changed = changed;
    }

    /** The architecture of machines whose Pod does not ask for one. */
    Architecture architecture() {
        return settings.architecture();
    }

    /** Those of {@link #architecture}. */
    Images usual() {
        return of(settings.architecture());
    }

    /** @throws UncheckedIOException when the cache directory cannot be used */
    Images of(Architecture architecture) {
        return opened.computeIfAbsent(architecture, wanted -> {
            try {
                return Images.open(settings.with(wanted), changed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        opened.values().forEach(Images::close);
    }
}
