package io.i2kit.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiDocumentsTest {
    private static final GroupVersionKind DEPLOYMENT = new GroupVersionKind("apps", "v1", "Deployment");
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final OpenApiDocuments documents = new OpenApiDocuments(
            List.of(
                    new OpenApiResource(
                            DEPLOYMENT,
                            "deployments",
                            true,
                            VERBS,
                            List.of(new OpenApiResource.Subresource(
                                    "scale",
                                    new GroupVersionKind("autoscaling", "v1", "Scale"),
                                    List.of("get", "patch", "update")))),
                    new OpenApiResource(
                            new GroupVersionKind("", "v1", "Namespace"), "namespaces", false, VERBS, List.of())),
            "v1.37.2");

    private static JsonNode tree(OpenApiDocuments.Document document) {
        return JsonMapper.shared().readTree(document.body());
    }

    @Test
    void indexNamesEveryGroupVersionWithItsHash() {
        JsonNode index = tree(documents.index());
        assertThat(index.path("paths").propertyNames()).containsExactly("api/v1", "apis/apps/v1");
        assertThat(index.path("paths")
                        .path("apis/apps/v1")
                        .path("serverRelativeURL")
                        .asString())
                .isEqualTo("/openapi/v3/apis/apps/v1?hash="
                        + Objects.requireNonNull(documents.v3("apis/apps/v1")).hash())
                .matches(".*=[0-9A-F]{128}");
        assertThat(documents.v3("apis/none/v1")).isNull();
    }

    @Test
    void kubectlFindsFieldValidationOfAPatch() {
        JsonNode patch = tree(Objects.requireNonNull(documents.v3("apis/apps/v1")))
                .path("paths")
                .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertThat(patch.path("parameters").findValuesAsString("name")).contains("fieldValidation", "dryRun");
        assertThat(patch.path("x-kubernetes-group-version-kind").path("kind").asString())
                .isEqualTo("Deployment");
        assertThat(patch.path("operationId").asString()).isEqualTo("patchAppsV1NamespacedDeployment");
    }

    @Test
    void documentsAreClosed() {
        for (String path : List.of("api/v1", "apis/apps/v1")) {
            JsonNode document = tree(Objects.requireNonNull(documents.v3(path)));
            JsonNode schemas = document.path("components").path("schemas");
            assertThat(document.findValuesAsString("$ref"))
                    .isNotEmpty()
                    .allMatch(reference -> schemas.has(reference.substring("#/components/schemas/".length())));
        }
        JsonNode apps = tree(Objects.requireNonNull(documents.v3("apis/apps/v1")));
        JsonNode schemas = apps.path("components").path("schemas");
        assertThat(schemas.has("io.k8s.api.autoscaling.v1.Scale")).isTrue();
        assertThat(schemas.has("io.k8s.api.batch.v1.Job")).isFalse();
        assertThat(schemas.path("io.k8s.api.apps.v1.DeploymentSpec")
                        .at("/properties/replicas/description")
                        .asString())
                .startsWith("Number of desired pods");
    }

    @Test
    void v2HasItsOwnReferences() {
        OpenApiDocuments.Document v2 = documents.v2();
        assertThat(new String(v2.body(), StandardCharsets.UTF_8)).doesNotContain("#/components/");
        JsonNode document = tree(v2);
        assertThat(document.findValuesAsString("$ref"))
                .isNotEmpty()
                .allMatch(
                        reference -> document.path("definitions").has(reference.substring("#/definitions/".length())));
        assertThat(document.path("definitions")
                        .path("io.k8s.apimachinery.pkg.util.intstr.IntOrString")
                        .path("format")
                        .asString())
                .isEqualTo("int-or-string");
        assertThat(document.at("/paths/~1api~1v1~1namespaces/post/parameters").findValuesAsString("in"))
                .contains("body");
    }
}
