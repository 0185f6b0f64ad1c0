/**
 * JSON patch, merge patch, strategic merge patch and server-side apply over JSON trees, and who owns which field. Imports
 * {@code openapi} and the errors of {@code registry}.
 *
 * <p>The doors, all stateless and safe for any thread (built once over one {@code openapi.Schema}):
 *
 * <pre>{@code
 * // POST and PUT bodies
 * StrictDecoder.Decoded d = new StrictDecoder(schema).decode(bytes, StrictDecoder.Format.JSON, kind, fieldValidation);
 * d.object();    // ObjectNode with unknown fields and nulls dropped; apiVersion and kind filled in
 * d.warnings();  // texts for Warning: 299 headers
 *
 * // PATCH: live is null only for an apply that creates; the answer is a new tree, defaults are not set yet
 * PatchApplier.Patched p = new PatchApplier(schema, clock).apply(target, PatchRequest.of(...), live, fieldValidation);
 * p.object(); p.warnings();
 *
 * // metadata.managedFields of every other write, once defaults are set; after server-side apply it is not called
 * new ManagedFields(schema, clock).onUpdate(manager, "Update", "apps/v1", subresource, before, after);
 * ManagedFields.managerOf(userAgent);  // "kubectl/v1.37 (…)" → "kubectl"
 * }</pre>
 *
 * <p>Everything raises {@code registry.ApiException} with upstream's codes and texts.
 */
@NullMarked
package io.i2kit.apiserver.patch;

import org.jspecify.annotations.NullMarked;
