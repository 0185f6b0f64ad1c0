package io.i2kit.apiserver.controller.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** On the real store. */
@Timeout(120)
class NamespaceControllerTest {
    private static final ObjectKey SHOP = new ObjectKey("namespaces", "", "shop");
    private static final ObjectKey ACCOUNT = new ObjectKey("serviceaccounts", "shop", "default");
    private static final ObjectKey ROOT_CA = new ObjectKey("configmaps", "shop", "kube-root-ca.crt");

    @TempDir
    Path directory;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
        NamespaceController.register(
                plane.manager(), plane.informers(), plane.objects(), Clock.systemUTC(), "PEM", plane.resources());
        plane.start();
        plane.create("namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
        plane.eventually("it is filled", () -> plane.exists(ACCOUNT) && plane.exists(ROOT_CA));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private void create(String resource, String name, String finalizer, String rest) {
        plane.create(
                resource,
                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\",\"finalizers\":[\"%s\"]}%s}"
                        .formatted(name, finalizer, rest));
    }

    private String condition(String type) {
        for (JsonNode condition : plane.get(SHOP).path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition.path("status").asString("") + " "
                        + condition.path("reason").asString("") + " "
                        + condition.path("message").asString("");
            }
        }
        return "";
    }

    @Test
    void everyNamespaceHasAnAccountAndTheRootCertificate() {
        assertThat(plane.get(ROOT_CA).path("data").path("ca.crt").asString("")).isEqualTo("PEM");
        plane.eventually(
                "the first namespaces are filled too",
                () -> List.of("default", "kube-system", "kube-public", "kube-node-lease").stream()
                        .allMatch(name -> plane.exists(new ObjectKey("serviceaccounts", name, "default"))));
        plane.delete(ACCOUNT, "");
        plane.modify(ROOT_CA, "", map -> map.putObject("data").put("ca.crt", "tampered"));
        plane.eventually(
                "they are restored",
                () -> plane.exists(ACCOUNT)
                        && plane.get(ROOT_CA)
                                .path("data")
                                .path("ca.crt")
                                .asString("")
                                .equals("PEM"));
    }

    @Test
    void anEndingNamespaceLosesItsPodsFirstThenTheRestThenItself() {
        create("pods", "one", "example.com/hold", ",\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"web\"}]}");
        create("configmaps", "settings", "example.com/keep", "");
        plane.delete(SHOP, "");
        ObjectKey pod = new ObjectKey("pods", "shop", "one");
        ObjectKey settings = new ObjectKey("configmaps", "shop", "settings");
        plane.eventually(
                "the Pod is marked",
                () -> !FieldPaths.text(plane.get(pod), "metadata.deletionTimestamp")
                        .isEmpty());
        plane.eventually(
                "the Pod is reported",
                () -> condition("NamespaceContentRemaining")
                        .equals(
                                "True SomeResourcesRemain Some resources are remaining: pods. has 1 resource instances"));
        assertThat(FieldPaths.text(plane.get(SHOP), "status.phase")).isEqualTo("Terminating");
        assertThat(FieldPaths.text(plane.get(settings), "metadata.deletionTimestamp"))
                .isEmpty();
        assertThat(plane.exists(ACCOUNT)).isTrue();

        plane.modify(pod, "", object -> object.withObject("metadata").remove("finalizers"));
        plane.eventually(
                "the rest is reported",
                () -> condition("NamespaceContentRemaining")
                        .equals(
                                "True SomeResourcesRemain Some resources are remaining: configmaps. has 1 resource instances"));
        assertThat(condition("NamespaceFinalizersRemaining"))
                .isEqualTo("True SomeFinalizersRemain Some content in the namespace has finalizers remaining:"
                        + " example.com/keep in 1 resource instances");
        assertThat(condition("NamespaceDeletionContentFailure"))
                .isEqualTo("False ContentDeleted All content successfully deleted, may be waiting on finalization");
        assertThat(plane.exists(ACCOUNT)).isFalse();

        plane.modify(settings, "", object -> object.withObject("metadata").remove("finalizers"));
        plane.eventually("it is gone", () -> !plane.exists(SHOP));
        assertThat(plane.objects().list("configmaps", "shop")).isEmpty();
    }
}
