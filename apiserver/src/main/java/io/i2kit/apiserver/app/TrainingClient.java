package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.tls.PemIdentity;
import io.i2kit.apiserver.http.tls.TlsManagers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The requests of an ordinary kubectl session, over TLS with the administrator's certificate. */
final class TrainingClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String EVENTS = "/api/v1/namespaces/default/events";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    /** No machine is of such an architecture: no image is loaded, and the classes that load them are not recorded. */
    private static final String DEPLOYMENT = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"train","labels":{"app":"train"}},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"train"}},"template":{"metadata":{"labels":{"app":"train"}},
             "spec":{"nodeSelector":{"kubernetes.io/arch":"none"},"containers":[{"name":"train","image":"127.0.0.1:1/train:1","ports":[{"containerPort":80}],
             "env":[{"name":"KEY","valueFrom":{"configMapKeyRef":{"name":"train","key":"key"}}}],
             "resources":{"limits":{"memory":"64Mi"}},"readinessProbe":{"httpGet":{"path":"/","port":80}}}]}}}}""";

    private static final String SERVICE = """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"train"},
             "spec":{"selector":{"app":"train"},"ports":[{"port":80}]}}""";

    private static final String CONFIG_MAP = """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"train"},"data":{"key":"value"}}""";

    private final String server;
    private final HttpClient http;

    TrainingClient(Kubeconfig kubeconfig) {
        this.server = kubeconfig.server();
        this.http = HttpClient.newBuilder()
                .sslContext(TlsManagers.client(
                        new PemIdentity(kubeconfig.certificate(), kubeconfig.key()), kubeconfig.ca()))
                .build();
    }

    /** @throws IOException when a request fails: a server that cannot do these is broken */
    void run() throws IOException, InterruptedException {
        get("/readyz", "*/*");
        discover();
        post(CONFIG_MAPS, CONFIG_MAP);
        post("/api/v1/namespaces/default/services", SERVICE);
        post(DEPLOYMENTS + "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict", DEPLOYMENT);
        get(DEPLOYMENTS + "/train", "application/json");
        get(DEPLOYMENTS, TABLE);
        patch("strategic-merge", DEPLOYMENTS + "/train", "{\"spec\":{\"minReadySeconds\":1}}");
        patch("merge", CONFIG_MAPS + "/train", "{\"data\":{\"other\":\"value\"}}");
        patch("json", CONFIG_MAPS + "/train", "[{\"op\":\"remove\",\"path\":\"/data/other\"}]");
        watch(PODS, "\"train-");
        watch(EVENTS, "FailedScheduling");
        get(EVENTS, TABLE);
        patch("merge", DEPLOYMENTS + "/train/scale", "{\"spec\":{\"replicas\":0}}");
        send("DELETE", DEPLOYMENTS + "/train", "application/json", "");
        send("DELETE", CONFIG_MAPS + "/train", "application/json", "");
    }

    private void discover() throws IOException, InterruptedException {
        get("/version", "*/*");
        get("/api", AGGREGATED);
        get("/apis", AGGREGATED);
        get("/openapi/v3", "application/json");
        get("/openapi/v3/apis/apps/v1", "application/json");
    }

    /** Ends with the first line that has a text: what was written before the watch began is in its beginning. */
    private void watch(String path, String text) throws IOException, InterruptedException {
        HttpRequest request = request(
                        "GET",
                        path + "?watch=true&timeoutSeconds=" + PATIENCE.toSeconds(),
                        TABLE,
                        "application/json",
                        "")
                .build();
        HttpResponse<InputStream> watch = http.send(request, BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.contains(text)) {
                line = lines.readLine();
            }
        }
    }

    private void get(String path, String accept) throws IOException, InterruptedException {
        check(request("GET", path, accept, "application/json", ""));
    }

    private void post(String path, String json) throws IOException, InterruptedException {
        send("POST", path, "application/json", json);
    }

    /** @param type {@code merge}, {@code json} or {@code strategic-merge} */
    private void patch(String type, String path, String json) throws IOException, InterruptedException {
        send("PATCH", path, "application/" + type + "-patch+json", json);
    }

    private void send(String method, String path, String type, String body) throws IOException, InterruptedException {
        check(request(method, path, "application/json", type, body));
    }

    private void check(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw new IOException(response.request().method() + " " + response.uri() + " answered "
                    + response.statusCode() + ": " + new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    private HttpRequest.Builder request(String method, String path, String accept, String type, String body) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .timeout(PATIENCE)
                .header("Accept", accept)
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }
}
