package io.i2kit.apiserver.http.discovery;

import io.i2kit.apiserver.http.content.Accept;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.OpenApiDocuments;
import io.i2kit.apiserver.openapi.OpenApiDocuments.Document;
import io.i2kit.apiserver.openapi.OpenApiResource;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.ResourceTable;
import io.i2kit.apiserver.registry.Subresource;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /openapi/v2} and {@code /openapi/v3} (rule 39; {@code k8s.io/kube-openapi/pkg/handler3}). */
public final class OpenApiHandler {
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static final String OLD_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private static final Duration IMMUTABLE_LIFE = Duration.ofDays(365);

    private final OpenApiDocuments documents;
    private final Clock clock;

    public OpenApiHandler(ResourceTable table, String version, Clock clock) {
        List<OpenApiResource> resources = new ArrayList<>();
        for (ResourceDefinition definition : table.all()) {
            resources.add(describe(definition));
        }
        this.documents = new OpenApiDocuments(resources, version);
        this.clock = clock;
    }

    private static OpenApiResource describe(ResourceDefinition definition) {
        ResourceNames names = definition.names();
        List<OpenApiResource.Subresource> subresources = new ArrayList<>();
        for (Subresource subresource : definition.subresources()) {
            GroupVersionKind kind =
                    new GroupVersionKind(subresource.group(), subresource.version(), subresource.kind());
            subresources.add(new OpenApiResource.Subresource(subresource.name(), kind, subresource.verbs()));
        }
        return new OpenApiResource(
                new GroupVersionKind(names.group(), names.version(), names.kind()),
                names.plural(),
                definition.namespaced(),
                definition.verbs(),
                subresources);
    }

    /** The answer, or null when the path is none of these. */
    public @Nullable Answer handle(ApiRequest request) {
        String path = request.path();
        if (path.equals("/openapi/v2")) {
            return v2(request);
        }
        if (path.equals("/openapi/v3") || path.equals("/openapi/v3/")) {
            return document(request, documents.index(), Map.of());
        }
        if (!path.startsWith("/openapi/v3/")) {
            return null;
        }
        String groupVersion = path.substring("/openapi/v3/".length());
        Document document = documents.v3(groupVersion);
        return document == null ? null : groupVersion(request, path, document);
    }

    /** {@code k8s.io/kube-openapi/pkg/handler}: JSON, or protobuf by either of its two names. */
    private Answer v2(ApiRequest request) {
        for (Accept.Range range : Accept.ranges(request.header("accept"))) {
            if (range.type().equals(PROTOBUF) || range.type().equals(OLD_PROTOBUF)) {
                return document(request, documents.v2Protobuf(), PROTOBUF, Map.of("Vary", "Accept"));
            }
            if (range.type().equals(JSON)
                    || range.type().equals("application/*")
                    || range.type().equals("*/*")) {
                return document(request, documents.v2(), JSON, Map.of("Vary", "Accept"));
            }
        }
        return new Answer.Whole(406, "text/plain; charset=utf-8", new byte[0]);
    }

    /** An address with the hash of what it names may be kept for ever; one with an old hash leads to the new. */
    private Answer groupVersion(ApiRequest request, String path, Document document) {
        String hash = request.parameter("hash");
        if (hash.isEmpty()) {
            return document(request, document, Map.of());
        }
        if (!hash.equals(document.hash())) {
            Map<String, String> location = Map.of("Location", path + "?hash=" + document.hash());
            return new Answer.Whole(301, JSON, List.of(), location, List.of());
        }
        String expires = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                clock.instant().plus(IMMUTABLE_LIFE).atZone(ZoneOffset.UTC));
        return document(
                request, document, Map.of("Cache-Control", "public, immutable", "Expires", expires, "Vary", "Accept"));
    }

    private static Answer document(ApiRequest request, Document document, Map<String, String> more) {
        return document(request, document, JSON, more);
    }

    private static Answer document(ApiRequest request, Document document, String type, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("ETag", "\"" + document.hash() + "\"");
        boolean known = ("\"" + document.hash() + "\"").equals(request.header("if-none-match"));
        return new Answer.Whole(
                known ? 304 : 200, type, known ? List.of() : List.of(document.body()), headers, List.of());
    }
}
