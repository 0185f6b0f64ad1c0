package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps and Secrets of the Pod's namespace that its spec names, as far as they exist: names to keys to bytes.
 *
 * @param configMaps by name
 * @param secrets by name; never logged
 */
public record References(Map<String, Map<String, byte[]>> configMaps, Map<String, Map<String, byte[]>> secrets) {
    /** Nothing is referred to. */
    public static final References NONE = new References(Map.of(), Map.of());

    public References {
        configMaps = Map.copyOf(configMaps);
        secrets = Map.copyOf(secrets);
    }

    /** What a Pod's spec names. */
    public record Names(Set<String> configMaps, Set<String> secrets) {}

    /** All names in a spec, also optional ones; image pull secrets are not among them. */
    public static Names namesIn(PodSpec spec) {
        Names names = new Names(new TreeSet<>(), new TreeSet<>());
        spec.getInitContainers().forEach(container -> collect(container, names));
        spec.getContainers().forEach(container -> collect(container, names));
        spec.getVolumes().forEach(volume -> collect(volume, names));
        return names;
    }

    /** The content of a ConfigMap, by key. */
    public static Map<String, byte[]> contentOf(ConfigMap configMap) {
        Map<String, byte[]> content = decoded(configMap.getBinaryData());
        if (configMap.getData() != null) {
            configMap.getData().forEach((key, text) -> content.put(key, text.getBytes(StandardCharsets.UTF_8)));
        }
        return content;
    }

    /** The content of a Secret, by key. */
    public static Map<String, byte[]> contentOf(Secret secret) {
        return decoded(secret.getData());
    }

    @Override
    public String toString() {
        return "References[configMaps=" + configMaps.keySet() + ", secrets=" + secrets.keySet() + "]";
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> base64) {
        Map<String, byte[]> content = new TreeMap<>();
        if (base64 != null) {
            base64.forEach(
                    (key, text) -> content.put(key, Base64.getMimeDecoder().decode(text)));
        }
        return content;
    }

    private static void collect(Container container, Names names) {
        for (EnvFromSource source : container.getEnvFrom()) {
            if (source.getConfigMapRef() != null) {
                add(names.configMaps(), source.getConfigMapRef().getName());
            }
            if (source.getSecretRef() != null) {
                add(names.secrets(), source.getSecretRef().getName());
            }
        }
        for (EnvVar variable : container.getEnv()) {
            EnvVarSource source = variable.getValueFrom();
            if (source != null && source.getConfigMapKeyRef() != null) {
                add(names.configMaps(), source.getConfigMapKeyRef().getName());
            }
            if (source != null && source.getSecretKeyRef() != null) {
                add(names.secrets(), source.getSecretKeyRef().getName());
            }
        }
    }

    private static void collect(Volume volume, Names names) {
        if (volume.getConfigMap() != null) {
            add(names.configMaps(), volume.getConfigMap().getName());
        }
        if (volume.getSecret() != null) {
            add(names.secrets(), volume.getSecret().getSecretName());
        }
        if (volume.getProjected() != null) {
            for (VolumeProjection source : volume.getProjected().getSources()) {
                if (source.getConfigMap() != null) {
                    add(names.configMaps(), source.getConfigMap().getName());
                }
                if (source.getSecret() != null) {
                    add(names.secrets(), source.getSecret().getName());
                }
            }
        }
    }

    private static void add(Set<String> names, @Nullable String name) {
        if (name != null && !name.isEmpty()) {
            names.add(name);
        }
    }
}
