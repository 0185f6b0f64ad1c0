package io.i2kit.apiserver.http.discovery;

import io.i2kit.apiserver.http.content.Accept;
import io.i2kit.apiserver.http.content.Accept.Range;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.NotFoundPage;
import io.i2kit.apiserver.registry.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code /api}, {@code /apis} and what is below them but for resources; each document is made once. */
public final class DiscoveryHandler {
    private final Discovery discovery;
    private final Map<String, Document> documents = new ConcurrentHashMap<>();

    public DiscoveryHandler(Discovery discovery) {
        this.discovery = discovery;
    }

    @SuppressWarnings("ArrayRecordComponent") // made once, never modified
    private record Document(byte[] json, String etag) {}

    /** The answer, or null when the path is none of discovery's. */
    public @Nullable Answer handle(ApiRequest request) {
        String path = request.path().endsWith("/")
                ? request.path().substring(0, request.path().length() - 1)
                : request.path();
        String[] segments = path.substring(1).split("/", -1);
        boolean core = segments[0].equals("api");
        if (!core && !segments[0].equals("apis") || segments.length > (core ? 2 : 3)) {
            return null;
        }
        if (segments.length == 1) {
            return root(request, core);
        }
        ObjectNode document = core
                ? discovery.resources("", segments[1])
                : segments.length == 2 ? discovery.group(segments[1]) : discovery.resources(segments[1], segments[2]);
        return document == null ? NotFoundPage.ANSWER : plain(request, document);
    }

    private Answer root(ApiRequest request, boolean core) {
        for (Range range : Accept.ranges(request.header("accept"))) {
            String version = range.parameter("v");
            boolean aggregated = range.type().equals("application/json")
                    && range.parameter("g").equals("apidiscovery.k8s.io")
                    && range.parameter("as").equals("APIGroupDiscoveryList");
            if (aggregated && (version.equals("v2") || version.equals("v2beta1"))) {
                return aggregated(request, core, version);
            }
            if (!aggregated && !range.type().equals("application/vnd.kubernetes.protobuf")) {
                break;
            }
        }
        return plain(request, core ? discovery.coreVersions() : discovery.groups());
    }

    private Answer aggregated(ApiRequest request, boolean core, String version) {
        Document document =
                documents.computeIfAbsent(core + version, key -> document(() -> discovery.aggregated(core, version)));
        String type = "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
        Map<String, String> headers = Map.of("ETag", document.etag(), "Vary", "Accept", "Cache-Control", "public");
        if (document.etag().equals(request.header("if-none-match"))) {
            return new Answer.Whole(304, type, List.of(), headers, List.of());
        }
        return new Answer.Whole(200, type, List.of(document.json()), headers, List.of());
    }

    private static Document document(Supplier<ObjectNode> maker) {
        byte[] json = Json.bytes(maker.get());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(json);
            return new Document(json, "\"" + HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT) + "\"");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    private static Answer plain(ApiRequest request, ObjectNode document) {
        byte[] json = Json.bytes(document);
        boolean yaml = Accept.negotiate(request.header("accept")).encoding() == Accept.Encoding.YAML;
        return yaml
                ? new Answer.Whole(200, "application/yaml", Yaml.fromJson(json))
                : new Answer.Whole(200, "application/json", json);
    }
}
