package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.i2kit.cloud.model.MachineMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod's volumes as files known at boot. Modes and rules are those of {@code pkg/volume/{configmap,secret,projected,downwardapi}}.
 */
final class Volumes {
    private static final int DEFAULT_MODE = 0644;

    private final TemplateContext context;
    private final String volume;
    private final List<MachineMetadata.File> files = new ArrayList<>();

    private Volumes(TemplateContext context, String volume) {
        this.context = context;
        this.volume = volume;
    }

    static List<MachineMetadata.Volume> of(List<Volume> volumes, TemplateContext context) {
        return volumes.stream().map(volume -> of(volume, context)).toList();
    }

    private static MachineMetadata.Volume of(Volume volume, TemplateContext context) {
        if (volume.getHostPath() != null) {
            return new MachineMetadata.Volume(
                    volume.getName(),
                    "hostPath",
                    List.of(),
                    "",
                    0,
                    volume.getHostPath().getPath());
        }
        Volumes content = new Volumes(context, volume.getName());
        if (content.addFiles(volume)) {
            return new MachineMetadata.Volume(volume.getName(), "files", content.files, "", 0, "");
        }
        String medium = "";
        Quantity limit = null;
        if (volume.getEmptyDir() != null) {
            medium = "Memory".equals(volume.getEmptyDir().getMedium()) ? "Memory" : "";
            limit = volume.getEmptyDir().getSizeLimit();
        }
        long limitBytes = limit == null ? 0 : Quantities.units(Map.of("size", limit), "size");
        return new MachineMetadata.Volume(volume.getName(), "emptyDir", List.of(), medium, limitBytes, "");
    }

    /** False for a volume that has no files of its own. */
    private boolean addFiles(Volume from) {
        if (from.getConfigMap() != null) {
            var source = from.getConfigMap();
            configMap(source.getName(), source.getItems(), source.getOptional(), mode(source.getDefaultMode()));
        } else if (from.getSecret() != null) {
            var source = from.getSecret();
            secret(source.getSecretName(), source.getItems(), source.getOptional(), mode(source.getDefaultMode()));
        } else if (from.getDownwardAPI() != null) {
            int mode = mode(from.getDownwardAPI().getDefaultMode());
            from.getDownwardAPI().getItems().forEach(item -> downward(item, mode));
        } else if (from.getProjected() != null) {
            int mode = mode(from.getProjected().getDefaultMode());
            from.getProjected().getSources().forEach(source -> projected(source, mode));
        } else {
            return false;
        }
        return true;
    }

    private void projected(VolumeProjection source, int mode) {
        if (source.getConfigMap() != null) {
            var from = source.getConfigMap();
            configMap(from.getName(), from.getItems(), from.getOptional(), mode);
        }
        if (source.getSecret() != null) {
            var from = source.getSecret();
            secret(from.getName(), from.getItems(), from.getOptional(), mode);
        }
        if (source.getDownwardAPI() != null) {
            source.getDownwardAPI().getItems().forEach(item -> downward(item, mode));
        }
    }

    private void configMap(@Nullable String name, List<KeyToPath> items, @Nullable Boolean optional, int mode) {
        add(context.configMap(name), items, Boolean.TRUE.equals(optional), mode, "configmap", "config", name);
    }

    private void secret(@Nullable String name, List<KeyToPath> items, @Nullable Boolean optional, int mode) {
        add(context.secret(name), items, Boolean.TRUE.equals(optional), mode, "secret", "secret", name);
    }

    private void add(
            @Nullable Map<String, byte[]> content,
            List<KeyToPath> items,
            boolean optional,
            int mode,
            String resource,
            String keyKind,
            @Nullable String name) {
        if (content == null) {
            if (!optional) {
                problem(resource + " \"" + name + "\" not found");
            }
        } else if (items.isEmpty()) {
            content.forEach((key, value) -> file(key, mode, value));
        } else {
            for (KeyToPath item : items) {
                byte[] value = content.get(item.getKey());
                if (value != null) {
                    file(item.getPath(), item.getMode() == null ? mode : item.getMode(), value);
                } else if (!optional) {
                    problem("references non-existent " + keyKind + " key: " + item.getKey());
                }
            }
        }
    }

    private void downward(DownwardAPIVolumeFile item, int defaultMode) {
        int mode = item.getMode() == null ? defaultMode : item.getMode();
        if (item.getFieldRef() != null) {
            files.add(new MachineMetadata.File(
                    item.getPath(), mode, null, item.getFieldRef().getFieldPath()));
        } else if (item.getResourceFieldRef() != null) {
            String value = context.resource(item.getResourceFieldRef(), null);
            file(item.getPath(), mode, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void file(String path, int mode, byte[] content) {
        files.add(new MachineMetadata.File(path, mode, Base64.getEncoder().encodeToString(content), null));
    }

    private void problem(String message) {
        context.problem(ConfigProblem.ofVolume(volume, message));
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }
}
