package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The real store on RocksDB with the frame that controllers run in; a test registers its controllers and starts it. */
public final class ControlPlane implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Storage storage;
    private final Registry registry;
    private final InformerFactory informers;
    private final ControllerManager manager = new ControllerManager(Duration.ofSeconds(10));
    private final StoredEventRecorder recorder;

    public ControlPlane(Path directory) {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        registry = StandardRegistry.open(storage, Clock.systemUTC());
        informers = new InformerFactory(storage);
        recorder = new StoredEventRecorder(registry.objects(), Clock.systemUTC());
    }

    public ObjectClient objects() {
        return registry.objects();
    }

    public Storage storage() {
        return storage;
    }

    public InformerFactory informers() {
        return informers;
    }

    public ControllerManager manager() {
        return manager;
    }

    public EventRecorder recorder() {
        return recorder;
    }

    /** All kinds of the table. */
    public List<ManagedResource> resources() {
        return registry.table().all().stream()
                .filter(ResourceDefinition::isStored)
                .filter(definition -> definition.view() == null)
                .map(definition -> new ManagedResource(
                        definition.storedResource(),
                        definition.names().apiVersion(),
                        definition.names().kind(),
                        definition.namespaced()))
                .toList();
    }

    public void start() {
        informers.start();
        manager.start();
    }

    /** Creates what JSON says; the namespace is that of its metadata. */
    public ObjectNode create(String resource, String json) {
        ObjectNode object = (ObjectNode) JsonMapper.shared().readTree(json);
        return objects().create(resource, FieldPaths.text(object, "metadata.namespace"), object);
    }

    public void modify(ObjectKey key, String subresource, Consumer<ObjectNode> change) {
        ObjectNode stored = objects().modify(key, subresource, object -> {
            if (object != null) {
                change.accept(object);
            }
            return object;
        });
        if (stored == null) {
            throw new AssertionError(key + " is not there");
        }
    }

    /** The object, which must be there. */
    public ObjectNode get(ObjectKey key) {
        ObjectNode object = objects().get(key);
        if (object == null) {
            throw new AssertionError(key + " is not there");
        }
        return object;
    }

    public boolean exists(ObjectKey key) {
        return objects().get(key) != null;
    }

    /** @param propagation as in {@link DeleteOptions} */
    public void delete(ObjectKey key, String propagation) {
        objects().delete(key, new DeleteOptions(null, propagation, "", ""), List.of());
    }

    /** Messages of Events about an object, oldest first. */
    public List<String> events(ObjectKey about, String reason) {
        return objects().list("events", about.namespace()).stream()
                .filter(event -> FieldPaths.text(event, "involvedObject.name").equals(about.name())
                        && FieldPaths.text(event, "reason").equals(reason))
                .map(event -> FieldPaths.text(event, "message"))
                .toList();
    }

    /** Waits until something holds. */
    public void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain until " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        manager.close();
        informers.close();
        recorder.close();
        storage.close();
    }
}
