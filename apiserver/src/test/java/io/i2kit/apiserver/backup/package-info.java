/** Tests of backups. */
@NullMarked
package io.i2kit.apiserver.backup;

import org.jspecify.annotations.NullMarked;
