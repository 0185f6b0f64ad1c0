package io.i2kit.apiserver.controller.pod;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registry credentials in Secrets of the types {@code kubernetes.io/dockerconfigjson} and {@code kubernetes.io/dockercfg}. */
public final class PullSecrets {
    private static final String DOCKER_CONFIG = ".dockerconfigjson";
    private static final String LEGACY_CONFIG = ".dockercfg";

    private PullSecrets() {}

    /**
     * What the newer type holds, made of the older one where need be.
     *
     * @param content the Secret's decoded data
     */
    public static Optional<byte[]> dockerConfig(Map<String, byte[]> content) {
        byte @Nullable [] config = content.get(DOCKER_CONFIG);
        byte @Nullable [] legacy = content.get(LEGACY_CONFIG);
        if (config == null && legacy != null) {
            String auths = new String(legacy, StandardCharsets.UTF_8);
            config = ("{\"auths\":" + auths + "}").getBytes(StandardCharsets.UTF_8);
        }
        return Optional.ofNullable(config);
    }
}
