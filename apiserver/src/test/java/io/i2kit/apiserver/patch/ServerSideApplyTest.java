package io.i2kit.apiserver.patch;

import static io.i2kit.apiserver.patch.Trees.bytes;
import static io.i2kit.apiserver.patch.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.registry.ApiException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ServerSideApplyTest {
    private static final GroupVersionKind KIND = new GroupVersionKind("apps", "v1", "Deployment");
    private static final PatchTarget MAIN = new PatchTarget(KIND, "deployments", "d", "");
    private static final String HEAD =
            "'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'n'";

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final PatchApplier applier = new PatchApplier(Schema.builtIn(), () -> now);
    private final ManagedFields managed = new ManagedFields(Schema.builtIn(), () -> now);

    private ObjectNode apply(@Nullable ObjectNode live, String manager, boolean force, String spec) {
        String body = "{" + HEAD + "},'spec':" + spec + "}";
        return applier.apply(MAIN, new PatchRequest.Apply(bytes(body), manager, force), live, FieldValidation.STRICT)
                .object();
    }

    private ApiException conflict(ObjectNode live, String manager, String spec) {
        return Objects.requireNonNull(
                catchThrowableOfType(ApiException.class, () -> apply(live, manager, false, spec)));
    }

    private ObjectNode update(ObjectNode live, String manager, String spec) {
        ObjectNode after = live.deepCopy();
        after.set("spec", tree(spec));
        managed.onUpdate(manager, "Update", "apps/v1", "", live, after);
        return after;
    }

    private static JsonNode fields(JsonNode object, String manager) {
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.path("manager").asString().equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return tree("{}").path("none");
    }

    @Test
    void createsAndOwns() {
        ObjectNode created = apply(
                null,
                "helm",
                false,
                "{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}],"
                        + "'args':['x']}]}}}");
        assertThat(created.at("/metadata/managedFields/0"))
                .isEqualTo(tree(
                        "{'manager':'helm','operation':'Apply','apiVersion':'apps/v1','time':'2026-01-01T00:00:00Z',"
                                + "'fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{},'f:template':{'f:spec':{"
                                + "'f:containers':{'k:{\\'name\\':\\'c\\'}':{'.':{},'f:args':{},'f:image':{},'f:name':{},"
                                + "'f:ports':{'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:containerPort':{}}}}}}}}}}"
                                        .replace("\\'", "\\\"")));
    }

    @Test
    void removesWhatIsNoLongerApplied() {
        ObjectNode live = apply(null, "a", false, "{'replicas':2,'paused':true}");
        live = apply(live, "b", false, "{'paused':true,'minReadySeconds':3}");
        live = apply(live, "a", false, "{'replicas':2}");
        assertThat(live.path("spec")).isEqualTo(tree("{'replicas':2,'paused':true,'minReadySeconds':3}"));
        live = apply(live, "b", false, "{}");
        assertThat(live.path("spec")).isEqualTo(tree("{'replicas':2}"));
        assertThat(fields(live, "b").isMissingNode()).isFalse();
    }

    @Test
    void removesElementsAndKeepsOthers() {
        ObjectNode live = apply(
                null,
                "a",
                false,
                "{'template':{'spec':{'containers':[{'name':'x','image':'1'},{'name':'y','image':'1'}]}}}");
        live = apply(live, "b", false, "{'template':{'spec':{'containers':[{'name':'z','image':'1'}]}}}");
        live = apply(live, "a", false, "{'template':{'spec':{'containers':[{'name':'y','image':'2'}]}}}");
        assertThat(live.at("/spec/template/spec/containers"))
                .isEqualTo(tree("{'l':[{'name':'y','image':'2'},{'name':'z','image':'1'}]}")
                        .path("l"));
    }

    @Test
    void tellsConflicts() {
        ObjectNode live = update(
                apply(null, "helm", false, "{'replicas':2,'paused':true}"), "curl", "{'replicas':5,'paused':true}");
        ApiException one = conflict(live, "helm", "{'replicas':2,'paused':true}");
        assertThat(one.code()).isEqualTo(409);
        assertThat(one)
                .hasMessage("Apply failed with 1 conflict: conflict with \"curl\" using apps/v1: .spec.replicas");
        assertThat(Objects.requireNonNull(one.details()).causes())
                .singleElement()
                .satisfies(cause -> {
                    assertThat(cause.reason()).isEqualTo("FieldManagerConflict");
                    assertThat(cause.field()).isEqualTo(".spec.replicas");
                    assertThat(cause.message()).isEqualTo("conflict with \"curl\" using apps/v1");
                });
        assertThat(conflict(live, "other", "{'replicas':1,'paused':false}"))
                .hasMessage("Apply failed with 2 conflicts: conflicts with \"curl\" using apps/v1:\n- .spec.replicas\n"
                        + "conflicts with \"helm\":\n- .spec.paused");
        ObjectNode forced = apply(live, "helm", true, "{'replicas':2,'paused':true}");
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(fields(forced, "curl").isMissingNode()).isTrue();
    }

    @Test
    void agreeingIsNoConflictAndSharesOwnership() {
        ObjectNode live = apply(null, "a", false, "{'replicas':2}");
        ObjectNode shared = apply(live, "b", false, "{'replicas':2}");
        assertThat(fields(shared, "a")).isEqualTo(fields(shared, "b"));
        ObjectNode left = apply(shared, "a", false, "{}");
        assertThat(left.at("/spec/replicas").asInt()).isEqualTo(2);
    }

    @Test
    void repeatingChangesNothing() {
        ObjectNode live = apply(null, "a", false, "{'replicas':2,'template':{'spec':{'containers':[{'name':'c'}]}}}");
        now = now.plusSeconds(60);
        assertThat(apply(live, "a", false, "{'replicas':2,'template':{'spec':{'containers':[{'name':'c'}]}}}"))
                .isEqualTo(live);
        assertThat(update(live, "curl", live.path("spec").toString())).isEqualTo(live);
    }

    @Test
    void whoChangesNothingHasNoTime() {
        ObjectNode live = apply(null, "a", false, "{'replicas':2}");
        now = now.plusSeconds(60);
        ObjectNode shared = apply(live, "b", false, "{'replicas':2}");
        assertThat(shared.at("/metadata/managedFields/0/manager").asString()).isEqualTo("b");
        assertThat(shared.at("/metadata/managedFields/0").has("time")).isFalse();
        ObjectNode changed = apply(shared, "b", false, "{'replicas':2,'paused':true}");
        assertThat(changed.at("/metadata/managedFields/1/time").asString()).isEqualTo(now.toString());
    }

    @Test
    void aNullIsStated() {
        ObjectNode live = apply(null, "a", false, "{'replicas':2,'paused':true}");
        ObjectNode unset = apply(live, "a", true, "{'replicas':2,'paused':null}");
        assertThat(unset.path("spec")).isEqualTo(tree("{'replicas':2}"));
        assertThat(fields(unset, "a")).isEqualTo(tree("{'f:spec':{'f:paused':{},'f:replicas':{}}}"));
    }

    @Test
    void quantitiesAreComparedAsStored() {
        String spec = "{'template':{'spec':{'containers':[{'name':'c','resources':{'limits':{'cpu':%s}}}]}}}";
        ObjectNode live = apply(null, "a", false, spec.formatted("0.5"));
        assertThat(live.at("/spec/template/spec/containers/0/resources/limits/cpu")
                        .asString())
                .isEqualTo("500m");
        now = now.plusSeconds(60);
        assertThat(apply(live, "a", false, spec.formatted("0.5"))).isEqualTo(live);
        assertThat(fields(apply(live, "b", false, spec.formatted("'500m'")), "b"))
                .isEqualTo(fields(live, "a"));
    }

    @Test
    void statusIsAnotherEndpointsMatter() {
        ObjectNode live = apply(null, "a", false, "{'replicas':1}");
        GoForm.complete(live, Schema.builtIn());
        ObjectNode after = live.deepCopy();
        after.putObject("status").put("replicas", 1);
        managed.onUpdate("controller", "Update", "apps/v1", "status", live, after);
        assertThat(fields(after, "controller")).isEqualTo(tree("{'f:status':{'f:replicas':{}}}"));
        assertThat(after.at("/metadata/managedFields/1/subresource").asString()).isEqualTo("status");
        assertThat(fields(after, "a")).isEqualTo(tree("{'f:spec':{'f:replicas':{}}}"));
    }

    @Test
    void takesOverFromClientSideApply() {
        ObjectNode live = tree("{" + HEAD + ",'uid':'u','annotations':{}},'spec':{'replicas':1}}");
        ((ObjectNode) live.at("/metadata/annotations"))
                .put(
                        "kubectl.kubernetes.io/last-applied-configuration",
                        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{\"replicas\":1}}");
        managed.onUpdate("kubectl-client-side-apply", "Update", "apps/v1", "", null, live);
        ObjectNode after = apply(live, "kubectl", false, "{'replicas':3}");
        assertThat(after.at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(after.path("metadata")
                        .path("annotations")
                        .path("kubectl.kubernetes.io/last-applied-configuration")
                        .asString())
                .contains("\"replicas\":3");
    }

    @Test
    void untrackedFieldsBelongToBeforeFirstApply() {
        ObjectNode live = tree("{" + HEAD + ",'uid':'u'},'spec':{'replicas':1}}");
        assertThat(conflict(live, "a", "{'replicas':2}"))
                .hasMessage(
                        "Apply failed with 1 conflict: conflict with \"before-first-apply\" using apps/v1: .spec.replicas");
        assertThat(update(live, "curl", "{'replicas':4}").path("metadata").has("managedFields"))
                .isFalse();
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThat(conflict(tree("{" + HEAD + "}}"), "a", "{'bogus':2,'replicas':'x'}"))
                .hasMessage("failed to create typed patch object (n/d; apps/v1, Kind=Deployment): errors:\n"
                        + "  .spec.bogus: field not declared in schema\n"
                        + "  .spec.replicas: expected numeric (int or float), got string");
        assertThat(conflict(
                        tree("{" + HEAD + "}}"),
                        "a",
                        "{'template':{'spec':{'containers':[{'name':'c'},{'name':'c'}]}}}"))
                .hasMessageEndingWith(".spec.template.spec.containers: duplicate entries for key [name=\"c\"]");
        assertThat(conflict(tree("{" + HEAD + "}}"), "", "{}"))
                .hasMessage(
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
    }

    @Test
    void resetsAndCapsManagers() {
        ObjectNode live = apply(null, "a", false, "{'replicas':1}");
        for (int i = 0; i < 14; i++) {
            now = now.plusSeconds(1);
            ObjectNode after = live.deepCopy();
            after.withObjectProperty("metadata").withObjectProperty("labels").put("l" + i, "x");
            managed.onUpdate("m" + i, "Update", "apps/v1", "", live, after);
            live = after;
        }
        assertThat(live.at("/metadata/managedFields")).hasSize(11);
        assertThat(fields(live, "ancient-changes")
                        .at("/f:metadata/f:labels/f:l0")
                        .isMissingNode())
                .isFalse();
        ObjectNode reset = live.deepCopy();
        reset.withObjectProperty("metadata").putArray("managedFields");
        managed.onUpdate("m", "Update", "apps/v1", "", live, reset);
        assertThat(reset.path("metadata").has("managedFields")).isFalse();
    }

    @Test
    void namesManagersByUserAgent() {
        assertThat(ManagedFields.managerOf("kubectl/v1.37.2 (linux/amd64)")).isEqualTo("kubectl");
        assertThat(ManagedFields.managerOf("x".repeat(200))).hasSize(128);
        assertThat(ManagedFields.managerOf(null)).isEmpty();
    }
}
