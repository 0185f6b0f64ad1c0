/**
 * Container images by the OCI specifications: references, manifests, registries and the store on disk. Imports the JDK, Jackson,
 * commons-compress and nothing else of i2kit.
 */
@NullMarked
package io.i2kit.cloud.image.oci;

import org.jspecify.annotations.NullMarked;
