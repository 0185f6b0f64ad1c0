package io.i2kit.cloud.image;

/** When a registry is asked, by Kubernetes' {@code imagePullPolicy}. */
public enum PullPolicy {
    ALWAYS,
    IF_NOT_PRESENT,
    NEVER;

    /** @throws IllegalArgumentException for another word than Kubernetes' three */
    public static PullPolicy parse(String text) {
        return switch (text) {
            case "Always" -> ALWAYS;
            case "IfNotPresent" -> IF_NOT_PRESENT;
            case "Never" -> NEVER;
            default ->
                throw new IllegalArgumentException("Unsupported value: \"" + text
                        + "\": supported values: \"Always\", \"IfNotPresent\", \"Never\"");
        };
    }
}
