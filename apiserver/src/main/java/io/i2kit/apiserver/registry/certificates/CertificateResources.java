package io.i2kit.apiserver.registry.certificates;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Subresource;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Ages;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** CertificateSigningRequests and ClusterTrustBundles. */
public final class CertificateResources {
    /** Under which they are stored. */
    public static final String REQUESTS = "certificates.k8s.io/certificatesigningrequests";

    /** Under which trust bundles are stored. */
    public static final String BUNDLES = "certificates.k8s.io/clustertrustbundles";

    private CertificateResources() {}

    private static ResourceDefinition bundles() {
        ResourceNames names = new ResourceNames(
                "certificates.k8s.io", "v1", "clustertrustbundles", "ClusterTrustBundle", List.of(), List.of());
        return ResourceDefinition.cluster(names, new TrustBundleStrategy())
                .withColumns(List.of(
                        Column.nameColumn(), text("SignerName", "Whose anchors these are.", "signerName", "<none>")))
                .withSupport(Support.STORED);
    }

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames(
                "certificates.k8s.io",
                "v1",
                "certificatesigningrequests",
                "CertificateSigningRequest",
                List.of("csr"),
                List.of());
        ResourceDefinition requests = ResourceDefinition.cluster(
                        names, new CertificateRequestStrategy(Clock.systemUTC()))
                .with(Subresource.of(names, "approval", names.kind(), "get", "patch", "update"))
                .withStatus()
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.age(),
                        text("SignerName", "Who shall sign.", "signerName", "<none>"),
                        text("Requestor", "Who asks.", "username", ""),
                        Column.text("RequestedDuration", "How long it shall be valid.", CertificateResources::duration),
                        Column.text("Condition", "What became of it.", CertificateResources::condition)));
        return List.of(requests, bundles());
    }

    private static Column text(String name, String description, String field, String missing) {
        return Column.text(
                name, description, request -> request.path("spec").path(field).asString(missing));
    }

    private static String duration(JsonNode request) {
        JsonNode seconds = request.path("spec").path("expirationSeconds");
        return seconds.isNumber() ? Ages.human(Duration.ofSeconds(seconds.asLong())) : "<none>";
    }

    /** {@code extractCSRStatus}. */
    private static String condition(JsonNode request) {
        Set<String> types = new HashSet<>();
        request.path("status")
                .path("conditions")
                .forEach(condition -> types.add(condition.path("type").asString("")));
        String decided = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        String failed = types.contains("Failed") ? ",Failed" : "";
        boolean issued =
                !request.path("status").path("certificate").asString("").isEmpty();
        return decided + failed + (issued ? ",Issued" : "");
    }
}
