package io.i2kit.apiserver.controller.garbagecollector;

import io.i2kit.apiserver.controller.ManagedResource;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who owns whom, over all resources: one informer a resource, indexed by uid and by the uids of owners. */
final class Graph {
    private static final String UID = "uid";
    private static final String OWNER = "owner";

    private final List<Informer<Node>> informers = new ArrayList<>();
    private final Map<String, ManagedResource> byKind = new HashMap<>();

    Graph(List<ManagedResource> resources, InformerFactory factory) {
        for (ManagedResource resource : resources) {
            byKind.put(resource.group() + "/" + resource.kind(), resource);
            Informer<Node> informer = factory.create(
                    resource.resource(),
                    Node::of,
                    Map.of(
                            UID, (key, node) -> List.of(node.uid()),
                            OWNER,
                                    (key, node) -> node.owners().stream()
                                            .map(OwnerReference::uid)
                                            .distinct()
                                            .toList()));
            informers.add(informer);
        }
    }

    void onChange(Informer.ChangeHandler<Node> handler) {
        informers.forEach(informer -> informer.onChange(handler));
    }

    List<Node> dependents(String ownerUid) {
        return informers.stream()
                .flatMap(informer -> informer.byIndex(OWNER, ownerUid).stream())
                .toList();
    }

    @Nullable
    Node find(String uid) {
        return informers.stream()
                .flatMap(informer -> informer.byIndex(UID, uid).stream())
                .findFirst()
                .orElse(null);
    }

    /** The resource of an owner's kind in whatever version, or null when no such kind is served. */
    @Nullable
    ManagedResource resource(OwnerReference owner) {
        return byKind.get(owner.group() + "/" + owner.kind());
    }
}
