/**
 * Where clusters' backups are in an installation's bucket. Imports {@code aws.api}.
 */
@NullMarked
package io.i2kit.cloud.aws.backup;

import org.jspecify.annotations.NullMarked;
