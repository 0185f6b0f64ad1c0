package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Names of resources: {@code pkg/apis/core/helper/helpers.go} and their validation. */
public final class ResourceNameRules {
    private static final String HUGE_PAGES = "hugepages-";
    private static final String REQUESTS = "requests.";
    private static final Set<String> OF_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");
    /** What a quota can count besides. */
    private static final Set<String> OBJECTS = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private static final Set<String> OF_QUOTAS = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceNameRules() {}

    static boolean isHugePages(String name) {
        return name.startsWith(HUGE_PAGES);
    }

    /** {@code IsNativeResource}: without a domain, or with Kubernetes' own. */
    public static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    /** {@code IsOvercommitAllowed}. */
    public static boolean mayOvercommit(String name) {
        return isNative(name) && !isHugePages(name);
    }

    /** {@code IsExtendedResourceName}. */
    public static boolean isExtended(String name) {
        if (isNative(name) || name.startsWith(REQUESTS)) {
            return false;
        }
        List<String> problems = new ArrayList<>();
        Names.qualified(REQUESTS + name, problems::add);
        return problems.isEmpty();
    }

    /** {@code IsIntegerResourceName}. */
    public static boolean isWhole(String name) {
        return OBJECTS.contains(name) || isExtended(name);
    }

    /** {@code IsStandardQuotaResourceName}. */
    public static boolean isStandardOfQuotas(String name) {
        return OF_QUOTAS.contains(name)
                || OBJECTS.contains(name)
                || isHugePages(name)
                || name.startsWith(REQUESTS + HUGE_PAGES);
    }

    /** {@code validateResourceName}; answers whether the name is well formed. */
    public static boolean any(FieldChecks checks, String name, String path) {
        List<String> problems = new ArrayList<>();
        Names.qualified(name, problems::add);
        problems.forEach(problem -> checks.invalid(path, name, problem));
        if (!problems.isEmpty()) {
            return false;
        }
        if (!name.contains("/") && !isStandardOfQuotas(name) && !name.equals("storage")) {
            checks.invalid(path, name, "must be a standard resource type or fully qualified");
            return false;
        }
        return true;
    }

    /** {@code ValidateContainerResourceName}. */
    public static void container(FieldChecks checks, String name, String path) {
        any(checks, name, path);
        if (!name.contains("/")) {
            if (!OF_CONTAINERS.contains(name) && !isHugePages(name)) {
                checks.invalid(path, name, "must be a standard resource for containers");
            }
        } else if (!isNative(name) && !isExtended(name)) {
            checks.invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    /** {@code ValidateResourceQuotaResourceName}. */
    public static void quota(FieldChecks checks, String name, String path) {
        any(checks, name, path);
        if (!name.contains("/") && !isStandardOfQuotas(name)) {
            checks.invalid(path, name, "must be a standard resource for quota");
        }
    }
}
