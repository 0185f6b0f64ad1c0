/**
 * Deletes objects whose owners are gone, and carries out foreground and orphaning deletion. Imports {@code controller}, {@code
 * informer} and {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.controller.garbagecollector;

import org.jspecify.annotations.NullMarked;
