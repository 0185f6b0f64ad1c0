package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.FieldOwners.Manager;
import io.i2kit.apiserver.patch.FieldOwners.Owned;
import io.i2kit.apiserver.patch.TypedTrees.Comparison;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Keeps {@code metadata.managedFields} through writes that are no server-side apply. */
public final class ManagedFields {
    private static final int MAX_MANAGER_BYTES = 128;
    private static final int MAX_UPDATERS = 10;
    private static final String OLD_UPDATERS = "ancient-changes";

    private final Schema schema;
    private final InstantSource clock;

    public ManagedFields(Schema schema, InstantSource clock) {
        this.schema = schema;
        this.clock = clock;
    }

    /** The manager's name for a client that gives none: its User-Agent up to the first slash, at most 128 bytes of it. */
    public static String managerOf(@Nullable String userAgent) {
        String agent = userAgent == null ? "" : userAgent;
        int slash = agent.indexOf('/');
        String name = slash < 0 ? agent : agent.substring(0, slash);
        StringBuilder out = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < name.length(); at += Character.charCount(name.codePointAt(at))) {
            int point = name.codePointAt(at);
            bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_MANAGER_BYTES) {
                break;
            }
            if (!Character.isISOControl(point)) {
                out.appendCodePoint(point);
            }
        }
        return out.toString();
    }

    /**
     * Sets {@code after}'s {@code metadata.managedFields} from what changed. A client's own managedFields are taken as a start: an
     * empty list, or one empty entry, resets them.
     *
     * @param manager the query parameter {@code fieldManager}, else {@link #managerOf}
     * @param operation {@code Update}; the entry's operation
     * @param apiVersion of both trees
     * @param subresource empty for the main resource
     * @param before null for a create; else in the form of {@link GoForm}, as is {@code after}
     * @param after what will be stored, defaults and all; changed here
     */
    public void onUpdate(
            String manager,
            String operation,
            String apiVersion,
            String subresource,
            @Nullable ObjectNode before,
            ObjectNode after) {
        SchemaNode root =
                schema.find(GroupVersionKind.of(apiVersion, after.path("kind").asString("")));
        FieldOwners owners = startingPoint(subresource, before, after);
        withoutManagedFields(after);
        if (root == null || before != null && owners.isEmpty()) {
            // Upstream does not begin to track an object in the middle of its life.
            return;
        }
        OwnershipRules rules = OwnershipRules.of(root, subresource);
        ObjectNode old = before == null ? GoForm.empty(root) : copyWithoutManagedFields(before);
        Manager self = new Manager(manager.isEmpty() ? "unknown" : manager, operation, apiVersion, subresource);
        Comparison change = rules.compare(old, after);
        // Nobody is spared: the writer's own earlier entry loses what changed, and gets back what is still there.
        rules.take(owners, null, change);
        FieldSet gained = rules.gained(change);
        if (!gained.isEmpty()) {
            Owned mine = owners.entries().get(self);
            FieldSet all = mine == null ? gained : gained.union(mine.fields());
            owners.entries().put(self, new Owned(apiVersion, all, clock.instant()));
        }
        cap(owners);
        owners.write(after);
    }

    private static FieldOwners startingPoint(String subresource, @Nullable ObjectNode before, ObjectNode after) {
        JsonNode live = before == null ? null : before.path("metadata").get("managedFields");
        if (!subresource.isEmpty()) {
            return FieldOwners.of(live);
        }
        JsonNode sent = after.path("metadata").get("managedFields");
        boolean reset = sent != null
                && (sent.isEmpty() || sent.size() == 1 && sent.path(0).isEmpty());
        if (reset) {
            return new FieldOwners();
        }
        FieldOwners own = FieldOwners.of(sent);
        return own.isEmpty() ? FieldOwners.of(live) : own;
    }

    /** Shares everything but the metadata with the original. */
    private static ObjectNode copyWithoutManagedFields(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(object);
        if (object.get("metadata") instanceof ObjectNode metadata) {
            ObjectNode rest = copy.putObject("metadata");
            rest.setAll(metadata);
            rest.remove("managedFields");
        }
        return copy;
    }

    static void withoutManagedFields(ObjectNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }

    /** Joins the oldest updaters of a version into one entry while there are more than ten. */
    private static void cap(FieldOwners owners) {
        List<Map.Entry<Manager, Owned>> updaters = new ArrayList<>();
        owners.entries().entrySet().stream()
                .filter(entry -> !entry.getKey().applies())
                .sorted(Comparator.<Map.Entry<Manager, Owned>>comparingLong(
                                entry -> FieldOwners.seconds(entry.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .forEach(updaters::add);
        int count = updaters.size();
        Set<String> seen = new HashSet<>();
        List<Map.Entry<Manager, Owned>> first = new ArrayList<>();
        for (Map.Entry<Manager, Owned> updater : updaters) {
            if (count <= MAX_UPDATERS) {
                return;
            }
            String version = updater.getValue().apiVersion();
            if (seen.add(version)) {
                first.add(Map.entry(updater.getKey(), updater.getValue()));
                continue;
            }
            Manager bucket = new Manager(OLD_UPDATERS, FieldOwners.UPDATE, version, "");
            FieldSet fields = updater.getValue().fields();
            for (Map.Entry<Manager, Owned> oldest : first) {
                if (oldest.getValue().apiVersion().equals(version)
                        && owners.entries().remove(oldest.getKey()) != null) {
                    fields = fields.union(oldest.getValue().fields());
                }
            }
            Owned joined = owners.entries().get(bucket);
            owners.entries().remove(updater.getKey());
            owners.entries()
                    .put(
                            bucket,
                            new Owned(
                                    version,
                                    joined == null ? fields : joined.fields().union(fields),
                                    updater.getValue().time()));
            count--;
        }
    }
}
