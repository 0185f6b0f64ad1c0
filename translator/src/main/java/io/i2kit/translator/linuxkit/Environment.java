package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.i2kit.cloud.model.MachineMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one container, in the order in which the kubelet evaluates them ({@code pkg/kubelet/kubelet_pods.go},
 * makeEnvironmentVariables): envFrom first, then env; a later one of the same name wins.
 */
final class Environment {
    private final TemplateContext context;
    private final Container container;
    private final List<MachineMetadata.EnvVar> variables = new ArrayList<>();

    private Environment(TemplateContext context, Container container) {
        this.context = context;
        this.container = container;
    }

    static List<MachineMetadata.EnvVar> of(Container container, TemplateContext context) {
        Environment environment = new Environment(context, container);
        container.getEnvFrom().forEach(environment::addAll);
        container.getEnv().forEach(environment::add);
        return environment.variables;
    }

    private void addAll(EnvFromSource source) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        if (source.getConfigMapRef() != null) {
            String name = source.getConfigMapRef().getName();
            addAll(prefix, context.configMap(name), source.getConfigMapRef().getOptional(), "configmap", name);
        } else if (source.getSecretRef() != null) {
            String name = source.getSecretRef().getName();
            addAll(prefix, context.secret(name), source.getSecretRef().getOptional(), "secret", name);
        }
    }

    private void addAll(
            String prefix,
            @Nullable Map<String, byte[]> content,
            @Nullable Boolean optional,
            String kind,
            String name) {
        if (content == null) {
            missing(optional, kind + " \"" + name + "\" not found");
            return;
        }
        content.forEach((key, value) -> {
            if (isVariableName(prefix + key)) {
                literal(prefix + key, text(value));
            }
        });
    }

    private void add(EnvVar variable) {
        EnvVarSource source = variable.getValueFrom();
        if (source == null) {
            String value = variable.getValue() == null ? "" : variable.getValue();
            variables.add(new MachineMetadata.EnvVar(variable.getName(), value, null));
        } else if (source.getFieldRef() != null) {
            variables.add(new MachineMetadata.EnvVar(
                    variable.getName(), null, source.getFieldRef().getFieldPath()));
        } else if (source.getResourceFieldRef() != null) {
            literal(variable.getName(), context.resource(source.getResourceFieldRef(), container));
        } else if (source.getConfigMapKeyRef() != null) {
            addKey(variable.getName(), source.getConfigMapKeyRef());
        } else if (source.getSecretKeyRef() != null) {
            addKey(variable.getName(), source.getSecretKeyRef());
        }
    }

    private void addKey(String variable, ConfigMapKeySelector reference) {
        Map<String, byte[]> content = context.configMap(reference.getName());
        addKey(
                variable,
                content,
                reference.getKey(),
                reference.getOptional(),
                "configmap",
                "ConfigMap",
                reference.getName());
    }

    private void addKey(String variable, SecretKeySelector reference) {
        Map<String, byte[]> content = context.secret(reference.getName());
        addKey(variable, content, reference.getKey(), reference.getOptional(), "secret", "Secret", reference.getName());
    }

    private void addKey(
            String variable,
            @Nullable Map<String, byte[]> content,
            String key,
            @Nullable Boolean optional,
            String resource,
            String kind,
            String name) {
        if (content == null) {
            missing(optional, resource + " \"" + name + "\" not found");
            return;
        }
        byte[] value = content.get(key);
        if (value == null) {
            missing(optional, "couldn't find key " + key + " in " + kind + " " + context.namespace() + "/" + name);
        } else {
            literal(variable, text(value));
        }
    }

    private void missing(@Nullable Boolean optional, String message) {
        if (!Boolean.TRUE.equals(optional)) {
            context.problem(ConfigProblem.ofContainer(container.getName(), message));
        }
    }

    /** A value that is not expanded: only {@code env[].value} is. {@code $$} stands for one {@code $}. */
    private void literal(String name, String value) {
        variables.add(new MachineMetadata.EnvVar(name, value.replace("$", "$$"), null));
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** {@code validation.IsRelaxedEnvVarName}: printable ASCII but {@code =}. */
    private static boolean isVariableName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
    }
}
