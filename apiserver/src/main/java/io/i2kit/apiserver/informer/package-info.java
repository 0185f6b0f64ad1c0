/**
 * Local, indexed projections of objects kept current by watching {@code storage}. Imports {@code storage}.
 */
@NullMarked
package io.i2kit.apiserver.informer;

import org.jspecify.annotations.NullMarked;
