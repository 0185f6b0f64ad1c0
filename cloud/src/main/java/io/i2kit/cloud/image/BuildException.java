package io.i2kit.cloud.image;

/** A machine image that cannot be made for another reason than an image pull. */
final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
