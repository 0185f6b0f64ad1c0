package io.i2kit.apiserver.controller.servicecidr;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Write;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** On the real store, with the objects of its first start. */
@Timeout(120)
class ServiceCidrControllerTest {
    private static final ObjectKey DEFAULT = range("kubernetes");

    @TempDir
    Path directory;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane(directory);
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private void run() {
        ServiceCidrController.register(plane.manager(), plane.informers(), plane.objects(), Clock.systemUTC());
        plane.start();
    }

    private static ObjectKey range(String name) {
        return new ObjectKey(ServiceAddresses.RANGES, "", name);
    }

    private JsonNode ready(ObjectKey key) {
        return plane.get(key).path("status").path("conditions").path(0);
    }

    private void create(String name, String cidr) {
        plane.create(
                ServiceAddresses.RANGES,
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"cidrs\":[\"" + cidr + "\"]}}");
    }

    @Test
    void rangesOfServicesAreReadyAndOthersAreNot() {
        assertThat(FieldPaths.text(ready(DEFAULT), "status")).isEqualTo("True");
        run();
        create("inner", "10.96.7.0/24");
        create("outer", "203.0.113.0/24");
        plane.eventually(
                "the inner one is ready",
                () -> FieldPaths.text(ready(range("inner")), "status").equals("True"));
        plane.eventually(
                "the outer one is not",
                () -> FieldPaths.text(ready(range("outer")), "status").equals("False"));
        assertThat(FieldPaths.text(ready(range("outer")), "message"))
                .isEqualTo("Services get addresses of 10.96.0.0/16 only, none of 203.0.113.0/24");
        plane.eventually(
                "it says so of all",
                () -> FieldPaths.text(ready(DEFAULT), "message").equals("Kubernetes Service CIDR is ready"));
    }

    @Test
    void aRangeGoesWhenNoAddressNeedsIt() {
        run();
        create("inner", "10.96.7.0/24");
        plane.eventually(
                "both are kept",
                () -> !Meta.finalizers(plane.get(range("inner"))).isEmpty()
                        && !Meta.finalizers(plane.get(DEFAULT)).isEmpty());
        plane.delete(range("inner"), "");
        plane.eventually("the inner one is gone", () -> !plane.exists(range("inner")));
        plane.delete(DEFAULT, "");
        plane.eventually(
                "the server's own address needs the other",
                () -> FieldPaths.text(ready(DEFAULT), "reason").equals("Terminating"));
        create("copy", "10.96.0.0/16");
        plane.eventually(
                "it is replaced and made again", () -> plane.exists(DEFAULT) && !Meta.isDeleting(plane.get(DEFAULT)));
    }

    @Test
    void addressesAreMadeAgainAndGoWithTheirServices() {
        ObjectKey own = ServiceAddresses.key("10.96.0.1");
        ObjectNode record = plane.get(own);
        // As a data folder is that is older than IPAddresses.
        plane.storage()
                .commit(List.of(new Write.Delete(
                        own, Write.ANY_REVISION, revision -> record.toString().getBytes(StandardCharsets.UTF_8))))
                .join();
        run();
        plane.eventually("it is there", () -> plane.exists(own));
        plane.delete(own, "");
        plane.eventually("it is there again", () -> plane.exists(own));
        assertThat(ServiceAddresses.service(plane.get(own)))
                .isEqualTo(new ObjectKey("services", "default", "kubernetes"));
        ObjectKey left = ServiceAddresses.key("10.96.3.3");
        plane.objects()
                .create(
                        ServiceAddresses.ADDRESSES,
                        "",
                        ServiceAddresses.record("10.96.3.3", new ObjectKey("services", "default", "gone")));
        plane.eventually("what is no Service's goes", () -> !plane.exists(left));
    }
}
