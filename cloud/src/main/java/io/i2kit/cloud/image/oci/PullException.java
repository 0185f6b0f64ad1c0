package io.i2kit.cloud.image.oci;

import org.jspecify.annotations.Nullable;

/** An image that cannot be had. The message reads as a kubelet's, fit for an Event. */
public abstract sealed class PullException extends RuntimeException {
    private final String reference;
    private final String reason;

    PullException(String reference, String reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reference = reference;
        this.reason = reason;
    }

    /** The image as it was asked for. */
    public String reference() {
        return reference;
    }

    /** The kubelet's reason of a waiting container: {@code ErrImagePull}, {@code InvalidImageName}, {@code ErrImageNeverPull}. */
    public String reason() {
        return reason;
    }

    /** Whether a later try without any change by the user can succeed. */
    public boolean isTransient() {
        return this instanceof Unreachable;
    }

    private static String failed(String reference, String detail) {
        return "failed to pull and unpack image \"" + reference + "\": " + detail;
    }

    /** The reference does not follow the grammar. */
    public static final class InvalidName extends PullException {
        public InvalidName(String reference, String message) {
            super(reference, "InvalidImageName", message, null);
        }
    }

    /** The registry does not have the repository or the tag. */
    public static final class NotFound extends PullException {
        public NotFound(ImageReference image) {
            this(image, "manifest unknown");
        }

        public NotFound(ImageReference image, String detail) {
            super(
                    image.toString(),
                    "ErrImagePull",
                    failed(
                            image.toString(),
                            "failed to resolve reference \"" + image + "\": " + image + ": not found (" + detail + ")"),
                    null);
        }
    }

    /** The registry wants other or any credentials. */
    public static final class Unauthorized extends PullException {
        public Unauthorized(ImageReference image, String detail) {
            super(
                    image.toString(),
                    "ErrImagePull",
                    failed(
                            image.toString(),
                            "failed to resolve reference \"" + image
                                    + "\": pull access denied, repository does not exist or may require authorization: "
                                    + detail),
                    null);
        }
    }

    /** The image is not made for this processor. */
    public static final class NoMatchingManifest extends PullException {
        public NoMatchingManifest(ImageReference image, String architecture) {
            super(
                    image.toString(),
                    "ErrImagePull",
                    failed(
                            image.toString(),
                            "no matching manifest for linux/" + architecture
                                    + " in the manifest list entries: no match for platform in manifest: not found"),
                    null);
        }
    }

    /** The registry did not answer, or with a server's error. */
    public static final class Unreachable extends PullException {
        public Unreachable(ImageReference image, String detail, @Nullable Throwable cause) {
            super(image.toString(), "ErrImagePull", failed(image.toString(), detail), cause);
        }
    }

    /** What came is not what was announced, or not an image that can run. */
    public static final class Corrupt extends PullException {
        public Corrupt(String image, String detail, @Nullable Throwable cause) {
            super(image, "ErrImagePull", failed(image, detail), cause);
        }
    }

    /** The pull policy {@code Never} and the image is not in the store. */
    public static final class NeverPull extends PullException {
        public NeverPull(String image) {
            super(
                    image,
                    "ErrImageNeverPull",
                    "Container image \"" + image + "\" is not present with pull policy of Never",
                    null);
        }
    }
}
