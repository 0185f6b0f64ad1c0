/**
 * Who may ask for, approve and sign certificates. Imports {@code http.auth}, {@code http.rest} and {@code registry}.
 */
@NullMarked
package io.i2kit.apiserver.http.certificates;

import org.jspecify.annotations.NullMarked;
