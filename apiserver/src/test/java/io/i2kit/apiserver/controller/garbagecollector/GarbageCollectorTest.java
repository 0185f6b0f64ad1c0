package io.i2kit.apiserver.controller.garbagecollector;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** On the real store, with ConfigMaps and Secrets as owners and owned. */
@Timeout(120)
class GarbageCollectorTest {
    @TempDir
    Path directory;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
        GarbageCollector.register(
                plane.manager(), plane.informers(), plane.objects(), plane.recorder(), plane.resources());
        plane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static ObjectKey map(String name) {
        return new ObjectKey("configmaps", "default", name);
    }

    private static OwnerReference reference(ObjectNode owner, boolean blocks) {
        return new OwnerReference(
                "v1",
                "ConfigMap",
                FieldPaths.text(owner, "metadata.name"),
                FieldPaths.text(owner, "metadata.uid"),
                false,
                blocks);
    }

    private ObjectNode create(String name, OwnerReference... owners) {
        return create("default", name, List.of(), owners);
    }

    private ObjectNode create(String namespace, String name, List<String> finalizers, OwnerReference... owners) {
        ObjectNode object = JsonMapper.shared().createObjectNode();
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", namespace);
        if (!finalizers.isEmpty()) {
            finalizers.forEach(metadata.putArray("finalizers")::add);
        }
        for (OwnerReference owner : owners) {
            owner.addTo(object);
        }
        return plane.create("configmaps", object.toString());
    }

    private void removeFinalizers(ObjectKey key) {
        plane.modify(key, "", object -> object.withObject("metadata").remove("finalizers"));
    }

    @Test
    void dependentsFollowTheirOwnerDownAllGenerations() {
        ObjectNode owner = create("owner");
        ObjectNode child = create("child", reference(owner, true));
        create("grandchild", reference(child, true));
        create("stranger");
        plane.delete(map("owner"), "Background");
        plane.eventually("all are gone", () -> !plane.exists(map("child")) && !plane.exists(map("grandchild")));
        assertThat(plane.exists(map("stranger"))).isTrue();
    }

    @Test
    void anObjectIsKeptWhileOneOwnerExistsAndLosesTheOtherReference() {
        ObjectNode one = create("one");
        ObjectNode two = create("two");
        create("child", reference(one, true), reference(two, true));
        plane.delete(map("one"), "");
        plane.eventually(
                "the reference is gone",
                () -> OwnerReference.of(plane.get(map("child"))).equals(List.of(reference(two, true))));
        plane.delete(map("two"), "");
        plane.eventually("it is gone", () -> !plane.exists(map("child")));
    }

    @Test
    void anOwnerOfTheSameNameIsAnotherOne() {
        ObjectNode owner = create("owner");
        create("other", new OwnerReference("v1", "ConfigMap", "owner", "another-uid", false, false));
        create("mine", reference(owner, false));
        plane.eventually("it is gone", () -> !plane.exists(map("other")));
        assertThat(plane.exists(map("mine"))).isTrue();
    }

    @Test
    void foregroundDeletionTakesBlockingDependentsFirst() {
        ObjectNode owner = create("owner");
        create("default", "held", List.of("example.com/hold"), reference(owner, true));
        create("default", "free", List.of("example.com/hold"), reference(owner, false));
        plane.delete(map("owner"), "Foreground");
        plane.eventually("dependents are marked", () -> marked(map("held")) && marked(map("free")));
        assertThat(marked(map("owner"))).isTrue();
        removeFinalizers(map("held"));
        plane.eventually("the owner is gone", () -> !plane.exists(map("owner")));
        assertThat(plane.exists(map("free"))).isTrue();
        removeFinalizers(map("free"));
        assertThat(plane.exists(map("free"))).isFalse();
    }

    private boolean marked(ObjectKey key) {
        return !FieldPaths.text(plane.get(key), "metadata.deletionTimestamp").isEmpty();
    }

    @Test
    void foregroundDeletionGoesDownAllGenerations() {
        ObjectNode owner = create("owner");
        ObjectNode child = create("child", reference(owner, true));
        create("default", "grandchild", List.of("example.com/hold"), reference(child, true));
        plane.delete(map("owner"), "Foreground");
        plane.eventually("the last generation is marked", () -> marked(map("grandchild")));
        assertThat(plane.exists(map("owner")) && plane.exists(map("child"))).isTrue();
        removeFinalizers(map("grandchild"));
        plane.eventually("all are gone", () -> !plane.exists(map("owner")) && !plane.exists(map("child")));
    }

    @Test
    void aCircleOfOwnersDoesNotBlockItself() {
        ObjectNode one = create("one");
        ObjectNode two = create("two", reference(one, true));
        plane.modify(map("one"), "", object -> reference(two, true).addTo(object));
        plane.delete(map("one"), "Foreground");
        plane.eventually("both are gone", () -> !plane.exists(map("one")) && !plane.exists(map("two")));
    }

    @Test
    void orphaningLetsDependentsGo() {
        ObjectNode owner = create("owner");
        create("child", reference(owner, true));
        plane.delete(map("owner"), "Orphan");
        plane.eventually("the owner is gone", () -> !plane.exists(map("owner")));
        assertThat(OwnerReference.of(plane.get(map("child")))).isEmpty();
    }

    @Test
    void anOwnerInAnotherNamespaceIsNoOwnerAndIsReported() {
        ObjectNode owner = create("kube-system", "owner", List.of());
        create("child", reference(owner, false));
        plane.eventually("it is gone", () -> !plane.exists(map("child")));
        plane.eventually(
                "it is reported",
                () -> plane.events(map("child"), "OwnerRefInvalidNamespace")
                        .equals(List.of("ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: "
                                + FieldPaths.text(owner, "metadata.uid")
                                + "] does not exist in namespace \"default\"")));
    }

    @Test
    void anOwnerOfAKindThatIsNotServedKeepsItsDependents() {
        create("child", new OwnerReference("example.com/v1", "Widget", "w", "uid-1", true, true));
        ObjectNode owner = create("owner");
        create("other", reference(owner, false));
        plane.delete(map("owner"), "");
        plane.eventually("the other is gone", () -> !plane.exists(map("other")));
        assertThat(plane.exists(map("child"))).isTrue();
    }
}
