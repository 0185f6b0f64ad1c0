package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept.Form;
import io.i2kit.apiserver.http.content.Accept.Shape;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import java.time.Clock;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * How stored objects of a kind are shown in one request: as they are stored (the bytes untouched), in another version, as
 * metadata only, or as a Table.
 */
final class Presentation {
    private static final Set<String> INCLUDED = Set.of("", "None", "Metadata", "Object");

    private final ResourceDefinition definition;
    private final Form form;
    private final String includeObject;
    private final TableWriter tables;

    /**
     * @param includeObject the Table parameter: {@code None}, {@code Metadata}, {@code Object} or empty
     * @throws ApiException BadRequest for another value of it
     */
    Presentation(ResourceDefinition definition, Form form, String includeObject, Clock clock, TableRows rows) {
        if (form.shape() == Shape.TABLE && !INCLUDED.contains(includeObject)) {
            throw ApiException.badRequest("unrecognized includeObject value: \"" + includeObject + "\"");
        }
        this.definition = definition;
        this.form = form;
        this.includeObject = includeObject;
        this.tables = new TableWriter(definition, form.metaVersion(), includeObject, clock, rows);
    }

    Form form() {
        return form;
    }

    String includeObject() {
        return includeObject;
    }

    ResourceDefinition definition() {
        return definition;
    }

    /** The JSON of one object. */
    byte[] one(byte[] stored) {
        return switch (form.shape()) {
            case OBJECT -> versioned(stored);
            case METADATA ->
                definition.view() == null
                        ? PartialMetadata.of(stored, form.metaVersion())
                        : Json.bytes(PartialMetadata.of(shown(stored), form.metaVersion()));
            case TABLE -> tables.table(stored, true);
        };
    }

    /** The JSON of one object in a watch: a Table names its columns in the first event only. */
    byte[] watched(byte[] stored, boolean first) {
        return form.shape() == Shape.TABLE ? tables.table(stored, first) : one(stored);
    }

    /** A bookmark in the form of the watch: clients of Tables expect a Table without rows. */
    byte[] bookmark(ObjectNode object) {
        return switch (form.shape()) {
            case OBJECT -> Json.bytes(object);
            case METADATA -> Json.bytes(PartialMetadata.of(object, form.metaVersion()));
            case TABLE -> tables.empty((ObjectNode) object.path("metadata"));
        };
    }

    TableWriter tables() {
        return tables;
    }

    /** The tree of an object in the version that is shown. */
    ObjectNode shown(byte[] stored) {
        return definition.shown(Json.parse(stored));
    }

    /** The bytes of an object in the version that is shown. */
    byte[] versioned(byte[] stored) {
        return definition.view() == null ? stored : Json.bytes(shown(stored));
    }
}
