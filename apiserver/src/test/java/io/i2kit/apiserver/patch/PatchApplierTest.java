package io.i2kit.apiserver.patch;

import static io.i2kit.apiserver.patch.Trees.bytes;
import static io.i2kit.apiserver.patch.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.PatchApplier.Patched;
import io.i2kit.apiserver.registry.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PatchApplierTest {
    private static final PatchTarget TARGET =
            new PatchTarget(new GroupVersionKind("apps", "v1", "Deployment"), "deployments", "d", "");
    private static final String LIVE =
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','labels':{'a/b':'1'}},'spec':{'replicas':2}}";

    private final PatchApplier applier = new PatchApplier(Schema.builtIn(), () -> Instant.EPOCH);

    private Patched patch(PatchRequest request, FieldValidation validation) {
        return applier.apply(TARGET, request, tree(LIVE), validation);
    }

    private ApiException error(PatchRequest request) {
        return Objects.requireNonNull(
                catchThrowableOfType(ApiException.class, () -> patch(request, FieldValidation.STRICT)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'op':'test','path':'/spec/replicas','value':2},{'op':'replace','path':'/spec/replicas','value':5}]|{'replicas':5}",
                "[{'op':'add','path':'/spec/paused','value':true},{'op':'remove','path':'/spec/replicas'}]|{'paused':true}",
                "[{'op':'move','from':'/spec/replicas','path':'/spec/minReadySeconds'}]|{'minReadySeconds':2}",
                "[{'op':'copy','from':'/spec/replicas','path':'/spec/minReadySeconds'}]|{'replicas':2,'minReadySeconds':2}",
                "[{'op':'test','path':'/spec/none','value':null},{'op':'test','path':'/metadata/labels/a~1b','value':'1'}]|{'replicas':2}",
            })
    void doesOperations(String operations, String spec) {
        ObjectNode patched = patch(new PatchRequest.Json(bytes(operations)), FieldValidation.STRICT)
                .object();
        assertThat(patched.path("spec")).isEqualTo(tree(spec));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'op':'test','path':'/spec/replicas','value':3}]",
                "[{'op':'remove','path':'/spec/none'}]",
                "[{'op':'replace','path':'/spec/none','value':1}]",
                "[{'op':'add','path':'/none/none','value':1}]",
                "[{'op':'jump','path':'/spec'}]",
                "[{'op':'add','path':'spec','value':1}]",
            })
    void refusesOperationsThatFail(String operations) {
        ApiException error = error(new PatchRequest.Json(bytes(operations)));
        assertThat(error.code()).isEqualTo(422);
        assertThat(error).hasMessage("the server rejected our request due to an error in our request");
    }

    @Test
    void mergesByRfc7386() {
        Patched patched = patch(
                new PatchRequest.Merge(bytes("{'metadata':{'labels':{'a/b':null,'c':'2'}},'spec':{'replicas':4}}")),
                FieldValidation.STRICT);
        assertThat(patched.object())
                .isEqualTo(
                        tree("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','labels':{'c':'2'}},"
                                + "'spec':{'replicas':4}}"));
    }

    @Test
    void nullsInListsOfAMergePatchStateNothing() {
        String containers =
                "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':null,'resources':{'limits':null}}]}}}}";
        assertThat(patch(new PatchRequest.Merge(bytes(containers)), FieldValidation.STRICT)
                        .object()
                        .at("/spec/template/spec/containers/0"))
                .isEqualTo(tree("{'name':'c','resources':{}}"));
    }

    @Test
    void noPatchMakesAnotherKind() {
        for (String kind : List.of("'Pod'", "'Bogus'", "7")) {
            String patch = "{'kind':" + kind + "}";
            assertThat(error(new PatchRequest.Merge(bytes(patch))).code())
                    .as(patch)
                    .isEqualTo(422);
            assertThat(error(new PatchRequest.Json(bytes("[{'op':'replace','path':'/kind','value':" + kind + "}]")))
                            .code())
                    .as(patch)
                    .isEqualTo(422);
        }
        assertThat(error(new PatchRequest.Merge(bytes("{'kind':'Bogus','spec':{'replicas':4}}"))))
                .hasMessage(" \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\","
                        + "\\\"kind\\\":\\\"Bogus\\\",\\\"metadata\\\":{\\\"name\\\":\\\"d\\\","
                        + "\\\"labels\\\":{\\\"a/b\\\":\\\"1\\\"}},\\\"spec\\\":{\\\"replicas\\\":4}}\": "
                        + "no kind \"Bogus\" is registered for version \"apps/v1\" in scheme"
                        + " \"pkg/api/legacyscheme/scheme.go:30\"");
        assertThat(patch(new PatchRequest.Strategic(bytes("{'kind':'Pod','apiVersion':null}")), FieldValidation.STRICT)
                        .object())
                .isEqualTo(patch(new PatchRequest.Merge(bytes("{'kind':null}")), FieldValidation.STRICT)
                        .object());
    }

    @Test
    void tellsUnknownFieldsAndWrongTypesOfThePatchedObject() {
        assertThat(error(new PatchRequest.Strategic(bytes("{'spec':{'bogus':1}}"))))
                .hasMessage(" \"\" is invalid: patch: Invalid value: \"map[spec:map[bogus:1]]\": strict decoding error:"
                        + " unknown field \"spec.bogus\"");
        assertThat(error(new PatchRequest.Strategic(bytes("{'spec':{'replicas':'x'}}"))))
                .hasMessage(
                        " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:x]]\": unrecognized type: int32");
        assertThat(error(new PatchRequest.Merge(bytes("{'spec':{'replicas':'x'}}"))))
                .hasMessageEndingWith(
                        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
        assertThat(patch(new PatchRequest.Strategic(bytes("{'spec':{'bogus':1}}")), FieldValidation.WARN)
                        .warnings())
                .containsExactly("unknown field \"spec.bogus\"");
    }

    @Test
    void refusesBodiesThatAreNoPatch() {
        assertThat(error(new PatchRequest.Json(bytes("{}"))).code()).isEqualTo(400);
        assertThat(error(new PatchRequest.Merge(bytes("[]"))).code()).isEqualTo(400);
        assertThat(error(new PatchRequest.Strategic(bytes("{"))).code()).isEqualTo(400);
        assertThat(error(new PatchRequest.Apply(bytes("a: [b"), "m", false)))
                .hasMessageStartingWith("error decoding YAML: error converting YAML to JSON: yaml: line ");
        ApiException missing = Objects.requireNonNull(catchThrowableOfType(
                ApiException.class,
                () -> applier.apply(TARGET, new PatchRequest.Merge(bytes("{}")), null, FieldValidation.WARN)));
        assertThat(missing).hasMessage("deployments.apps \"d\" not found");
    }

    @Test
    void choosesByContentType() {
        assertThat(PatchRequest.of("application/strategic-merge-patch+json; charset=utf-8", new byte[0], "", false))
                .isInstanceOf(PatchRequest.Strategic.class);
        ApiException unsupported = Objects.requireNonNull(catchThrowableOfType(
                ApiException.class, () -> PatchRequest.of("application/json", new byte[0], "", false)));
        assertThat(unsupported.code()).isEqualTo(415);
    }

    @Test
    void appliesJsonWithTabs() {
        String body =
                "{\n\t\"apiVersion\": \"apps/v1\",\n\t\"kind\": \"Deployment\",\n\t\"spec\": {\"paused\": true}\n}";
        PatchRequest request = new PatchRequest.Apply(body.getBytes(StandardCharsets.UTF_8), "m", true);
        ObjectNode patched = applier.apply(TARGET, request, tree(LIVE), FieldValidation.STRICT)
                .object();
        assertThat(patched.path("spec").path("paused").asBoolean()).isTrue();
    }
}
