package io.i2kit.apiserver.http.content;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** YAML bodies and answers; the parser is loaded at first use. */
public final class Yaml {
    private Yaml() {}

    private static final class Lazy {
        static final YAMLMapper MAPPER = YAMLMapper.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .build();
    }

    /** @throws ApiException BadRequest when it is no YAML mapping */
    public static ObjectNode parse(byte[] yaml) {
        try {
            if (Lazy.MAPPER.readTree(yaml) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw ApiException.badRequest("error converting YAML to JSON: " + e.getOriginalMessage());
        }
        throw ApiException.badRequest("the body is not a YAML mapping");
    }

    /** Rewrites JSON. */
    public static byte[] fromJson(byte[] json) {
        JsonNode tree = Json.MAPPER.readTree(json);
        return Lazy.MAPPER.writeValueAsBytes(tree);
    }
}
