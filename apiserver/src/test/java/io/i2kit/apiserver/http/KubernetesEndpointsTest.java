package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.KubernetesEndpoints;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What upstream's conformance test "should have Endpoints and EndpointSlices pointing to API Server" looks at. */
class KubernetesEndpointsTest {
    private static final String ENDPOINTS = "/api/v1/namespaces/default/endpoints/kubernetes";
    private static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

    @TempDir
    Path folder;

    @Test
    void theServiceOfTheServerPointsAtIt() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            KubernetesEndpoints.put(server.registry, "192.0.2.7", 6443);
            String first = client.get(ENDPOINTS).at("/metadata/resourceVersion");
            KubernetesEndpoints.put(server.registry, "192.0.2.7", 6443);
            TestClient.Reply same = client.get(ENDPOINTS);
            assertThat(same.at("/metadata/resourceVersion")).isEqualTo(first);
            assertThat(same.at("/subsets/0/addresses/0/ip")).isEqualTo("192.0.2.7");

            KubernetesEndpoints.put(server.registry, "192.0.2.8", 443);
            TestClient.Reply endpoints = client.get(ENDPOINTS);
            assertThat(endpoints.at("/subsets/0/addresses/0/ip")).isEqualTo("192.0.2.8");
            assertThat(endpoints.json().at("/subsets/0/ports/0/port").asInt()).isEqualTo(443);
            TestClient.Reply slices = client.get(SLICES + "?labelSelector=kubernetes.io/service-name%3Dkubernetes");
            assertThat(slices.json().path("items")).hasSize(1);
            assertThat(slices.at("/items/0/addressType")).isEqualTo("IPv4");
            assertThat(slices.at("/items/0/endpoints/0/addresses/0")).isEqualTo("192.0.2.8");
            assertThat(slices.json().at("/items/0/ports/0/port").asInt()).isEqualTo(443);

            KubernetesEndpoints.remove(server.registry);
            KubernetesEndpoints.remove(server.registry);
            assertThat(client.get(ENDPOINTS).status()).isEqualTo(404);
            assertThat(client.get(SLICES).json().path("items")).isEmpty();
        }
    }
}
