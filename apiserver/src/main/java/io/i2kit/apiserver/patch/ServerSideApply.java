package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.FieldOwners.Manager;
import io.i2kit.apiserver.patch.FieldOwners.Owned;
import io.i2kit.apiserver.patch.OwnershipRules.Conflict;
import io.i2kit.apiserver.patch.TypedTrees.Comparison;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Server-side apply: a manager states all that it wants, gets it unless somebody else holds a field otherwise, and gives up what it
 * no longer states. Source: {@code k8s.io/apimachinery/pkg/util/managedfields/internal}.
 */
final class ServerSideApply {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final String KUBECTL = "kubectl";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final InstantSource clock;

    ServerSideApply(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param live null when the apply creates
     * @param applied the configuration, checked against the schema
     * @return what is to be stored but for defaults, managedFields included
     * @throws ApiException 400 or a 409 that names the conflicts
     */
    ObjectNode apply(
            PatchTarget target,
            SchemaNode root,
            @Nullable ObjectNode live,
            ObjectNode applied,
            PatchRequest.Apply request) {
        if (applied.path("metadata").has("managedFields")) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        ObjectNode before = live == null ? JsonNodeFactory.instance.objectNode() : live.deepCopy();
        ManagedFields.withoutManagedFields(before);
        OwnershipRules rules = OwnershipRules.of(root, target.subresource());
        FieldOwners owners = owners(target, rules, live, before);
        Manager self = new Manager(request.manager(), FieldOwners.APPLY, "", target.subresource());
        Owned last = owners.entries().get(self);
        String apiVersion = target.kind().apiVersion();
        owners.entries().put(self, new Owned(apiVersion, rules.claimed(applied), last == null ? null : last.time()));
        JsonNode merged = rules.prune(TypedMerge.merge(before, applied, root), applied, owners, last);
        ObjectNode after = merged instanceof ObjectNode object ? object.deepCopy() : before.objectNode();
        Comparison change = rules.compare(before, after);
        List<Conflict> conflicts = rules.conflicts(owners, self, change);
        if (!request.force() && !conflicts.isEmpty()) {
            conflicts = besidesLastApplied(conflicts, before, request.manager(), root);
            if (!conflicts.isEmpty()) {
                throw conflict(conflicts);
            }
        }
        rules.take(owners, self, change);
        stamp(owners, self, last, !SameJson.same(before, after));
        if (live != null && request.manager().equals(KUBECTL)) {
            refreshLastApplied(before, after, applied);
        }
        owners.write(after);
        return after;
    }

    /** Owners so far; fields of an object that nobody tracked belong to {@code before-first-apply}. */
    private FieldOwners owners(PatchTarget target, OwnershipRules rules, @Nullable ObjectNode live, ObjectNode before) {
        FieldOwners owners =
                FieldOwners.of(live == null ? null : live.path("metadata").get("managedFields"));
        if (live != null && owners.isEmpty()) {
            FieldSet all = rules.claimed(before);
            if (!all.isEmpty()) {
                String version = target.kind().apiVersion();
                Manager unknown = new Manager(BEFORE_FIRST_APPLY, FieldOwners.UPDATE, version, target.subresource());
                owners.entries().put(unknown, new Owned(version, all, clock.instant()));
            }
        }
        return owners;
    }

    private void stamp(FieldOwners owners, Manager self, @Nullable Owned last, boolean changed) {
        Owned mine = owners.entries().get(self);
        if (mine != null) {
            // As upstream: who changes nothing has no new time, and at first none at all.
            Instant time = changed ? clock.instant() : last == null ? null : last.time();
            owners.entries().put(self, new Owned(mine.apiVersion(), mine.fields(), time));
        }
    }

    /**
     * {@code kubectl apply --server-side} takes over what {@code kubectl apply} set before: a field that its annotation holds as it
     * is now is no conflict.
     */
    private static List<Conflict> besidesLastApplied(
            List<Conflict> conflicts, ObjectNode live, String manager, SchemaNode root) {
        JsonNode annotation = live.path("metadata").path("annotations").path(LAST_APPLIED);
        if (!manager.equals(KUBECTL) || !annotation.isString()) {
            return conflicts;
        }
        JsonNode applied;
        try {
            applied = JsonMapper.shared().readTree(annotation.asString());
        } catch (JacksonException e) {
            return conflicts;
        }
        if (!SameJson.same(applied.path("apiVersion"), live.path("apiVersion"))) {
            return conflicts;
        }
        Comparison drift = TypedTrees.compare(applied, live, root);
        FieldSet allowed = TypedTrees.fields(applied, root)
                .difference(drift.modified())
                .difference(drift.added())
                .difference(drift.removed());
        return conflicts.stream()
                .filter(conflict -> !allowed.has(conflict.path()))
                .toList();
    }

    /** Keeps the annotation of client-side apply in step where it exists. */
    private static void refreshLastApplied(ObjectNode before, ObjectNode after, ObjectNode applied) {
        if (!before.path("metadata").path("annotations").has(LAST_APPLIED)) {
            return;
        }
        ObjectNode copy = applied.deepCopy();
        if (copy.path("metadata").get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(LAST_APPLIED);
        }
        after.withObjectProperty("metadata").withObjectProperty("annotations").put(LAST_APPLIED, copy + "\n");
    }

    private static ApiException conflict(List<Conflict> conflicts) {
        List<FieldError> causes = conflicts.stream()
                .map(conflict -> new FieldError(
                        "FieldManagerConflict",
                        conflict.field(),
                        "conflict with " + conflict.manager().text()))
                .toList();
        return new ApiException(409, "Conflict", text(conflicts), new ApiException.Details("", "", "", "", causes, 0));
    }

    private static String text(List<Conflict> conflicts) {
        if (conflicts.size() == 1) {
            Conflict only = conflicts.getFirst();
            return "Apply failed with 1 conflict: conflict with "
                    + only.manager().text() + ": " + only.field();
        }
        TreeMap<Manager, List<String>> byManager = new TreeMap<>();
        conflicts.forEach(conflict -> byManager
                .computeIfAbsent(conflict.manager(), manager -> new ArrayList<>())
                .add("- " + conflict.field()));
        List<String> lines = new ArrayList<>();
        byManager.forEach((manager, fields) -> {
            lines.add("conflicts with " + manager.text() + ":");
            lines.addAll(fields);
        });
        return "Apply failed with " + conflicts.size() + " conflicts: " + String.join("\n", lines);
    }
}
