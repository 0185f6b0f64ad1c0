/**
 * Discovery documents made from the table of resources. Imports {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.http.discovery;

import org.jspecify.annotations.NullMarked;
