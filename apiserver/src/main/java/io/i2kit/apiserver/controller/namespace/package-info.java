/**
 * Fills new namespaces with what every namespace has, and empties those that end. Imports {@code controller}, {@code informer}
 * and {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.controller.namespace;

import org.jspecify.annotations.NullMarked;
