package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.registry.Written.Outcome;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Deletion: marks, grace, finalizers, removal; the model is {@code k8s.io/apiserver/pkg/registry/rest/delete.go}. */
final class Removal {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    private final Storage storage;
    private final Clock clock;
    private final AdmissionChain admission;

    Removal(Storage storage, Clock clock, AdmissionChain admission) {
        this.storage = storage;
        this.clock = clock;
        this.admission = admission;
    }

    /** Whether an object that is being deleted has nothing left that keeps it. */
    boolean isDue(ResourceDefinition definition, ObjectNode object) {
        return Meta.isDeleting(object)
                && Meta.finalizers(object).isEmpty()
                && graceOf(object) == 0
                && !definition.strategy().isKeptFromRemoval(object);
    }

    /** Removes for good. */
    StoredObject remove(
            ResourceDefinition definition, StoredObject stored, ObjectNode lastState, List<Write> alsoWrite) {
        List<Write> writes = new ArrayList<>();
        writes.add(new Write.Delete(stored.key(), stored.revision(), Json.body(lastState)));
        writes.addAll(alsoWrite);
        writes.addAll(admission.alsoWrite(
                new AdmissionRequest(definition, stored.key().namespace(), "", null, lastState)));
        StoredObject removed = Commits.all(storage, writes).getFirst();
        definition.strategy().removed(lastState);
        return removed;
    }

    Written delete(
            ResourceDefinition definition,
            StoredObject stored,
            ObjectClient.DeleteOptions options,
            boolean dryRun,
            List<Write> alsoWrite) {
        ObjectNode old = Json.parse(stored.json());
        checkPreconditions(definition, old, options);
        ObjectNode object = old.deepCopy();
        applyPropagation(object, propagation(definition, object, options));
        long grace = definition.strategy().deletionGraceSeconds(object, options.graceSeconds());
        boolean kept =
                !Meta.finalizers(object).isEmpty() || definition.strategy().isKeptFromRemoval(object);
        boolean ends = isDeleting(old) ? shortened(object, grace, options) && !kept : grace == 0 && !kept;
        if (ends) {
            byte[] last = dryRun
                    ? stored.json()
                    : remove(definition, stored, object, alsoWrite).json();
            return new Written(last, Outcome.REMOVED, List.of());
        }
        if (!isDeleting(old)) {
            mark(definition, object, grace);
        }
        if (Json.same(object, old)) {
            return new Written(stored.json(), Outcome.MARKED_DELETED, List.of());
        }
        if (dryRun) {
            return new Written(Json.body(object).at(stored.revision()), Outcome.MARKED_DELETED, List.of());
        }
        Write put = new Write.Put(
                stored.key(),
                stored.revision(),
                Json.body(object),
                definition.strategy().timeToLive());
        return new Written(Commits.one(storage, put).json(), Outcome.MARKED_DELETED, List.of());
    }

    private static boolean isDeleting(ObjectNode object) {
        return Meta.isDeleting(object);
    }

    private void mark(ResourceDefinition definition, ObjectNode object, long grace) {
        ObjectNode metadata = Meta.of(object);
        metadata.put("deletionTimestamp", Meta.time(clock.instant().plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (Meta.generation(object) > 0) {
            Meta.setGeneration(object, Meta.generation(object) + 1);
        }
        definition.strategy().prepareForDelete(object);
    }

    /** A further DELETE may shorten the grace, never lengthen it. Returns whether none is left. */
    private static boolean shortened(ObjectNode object, long asked, ObjectClient.DeleteOptions options) {
        long current = graceOf(object);
        if (options.graceSeconds() == null || asked >= current) {
            return current == 0;
        }
        ObjectNode metadata = Meta.of(object);
        Instant end = Instant.parse(Meta.text(object, "deletionTimestamp"));
        metadata.put("deletionTimestamp", Meta.time(end.minusSeconds(current - asked)));
        metadata.put("deletionGracePeriodSeconds", asked);
        return asked == 0;
    }

    private static long graceOf(ObjectNode object) {
        return object.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
    }

    /** A finalizer that is there counts as said; else the kind's default. */
    private static String propagation(
            ResourceDefinition definition, ObjectNode object, ObjectClient.DeleteOptions options) {
        List<String> finalizers = Meta.finalizers(object);
        boolean said =
                !options.propagation().isEmpty() || finalizers.contains(FOREGROUND) || finalizers.contains(ORPHAN);
        return said ? options.propagation() : definition.strategy().defaultPropagation();
    }

    /** Rule 36: the policy becomes a finalizer that the garbage collector works off. */
    private static void applyPropagation(ObjectNode object, String propagation) {
        if (propagation.isEmpty()) {
            return;
        }
        List<String> finalizers = new ArrayList<>(Meta.finalizers(object));
        boolean deleting = Meta.isDeleting(object);
        replace(finalizers, FOREGROUND, propagation.equals("Foreground"), deleting);
        replace(finalizers, ORPHAN, propagation.equals("Orphan"), deleting);
        if (!finalizers.equals(Meta.finalizers(object))) {
            Meta.setFinalizers(object, finalizers);
        }
    }

    private static void replace(List<String> finalizers, String name, boolean wanted, boolean deleting) {
        if (!wanted) {
            finalizers.remove(name);
        } else if (!finalizers.contains(name) && !deleting) {
            finalizers.add(name);
        }
    }

    private static void checkPreconditions(
            ResourceDefinition definition, ObjectNode object, ObjectClient.DeleteOptions options) {
        if (!options.uid().isEmpty() && !options.uid().equals(Meta.uid(object))) {
            throw failed(definition, object, "UID", options.uid(), Meta.uid(object));
        }
        String version = Meta.resourceVersion(object);
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
            throw failed(definition, object, "ResourceVersion", options.resourceVersion(), version);
        }
    }

    private static ApiException failed(
            ResourceDefinition definition, ObjectNode object, String what, String wanted, String actual) {
        return ApiException.conflict(
                definition.names().group(),
                definition.names().plural(),
                Meta.name(object),
                "Precondition failed: " + what + " in precondition: " + wanted + ", " + what + " in object meta: "
                        + actual);
    }
}
