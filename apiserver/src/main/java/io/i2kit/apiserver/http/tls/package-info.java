/**
 * The server's certificate authority and what it signs. Imports the JDK and Bouncy Castle (only when it signs).
 */
@NullMarked
package io.i2kit.apiserver.http.tls;

import org.jspecify.annotations.NullMarked;
