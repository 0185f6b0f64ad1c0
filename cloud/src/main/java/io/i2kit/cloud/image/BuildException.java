package io.i2kit.cloud.image;

import org.jspecify.annotations.Nullable;

/** A machine image that cannot be made for another reason than an image pull. */
final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BuildException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
