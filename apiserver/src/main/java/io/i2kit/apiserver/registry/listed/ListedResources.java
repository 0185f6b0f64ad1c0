package io.i2kit.apiserver.registry.listed;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Kinds that clients expect to list and that cannot be made here: what extends an API server. Refusing them is honest, above all
 * for those that would refuse or change other objects: a policy that is stored and not enforced protects nobody.
 */
public final class ListedResources {
    private static final List<String> EXTENSIONS = List.of("api-extensions");
    private static final List<String> ADMISSION_KINDS = List.of(
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration");

    private ListedResources() {}

    public static List<ResourceDefinition> all() {
        List<ResourceDefinition> all = new ArrayList<>();
        for (String kind : ADMISSION_KINDS) {
            String plural = kind.toLowerCase(Locale.ROOT);
            boolean policy = plural.endsWith("policy");
            all.add(cluster(
                    "admissionregistration.k8s.io",
                    policy ? plural.substring(0, plural.length() - 1) + "ies" : plural + "s",
                    kind));
        }
        all.add(customResourceDefinitions());
        return all;
    }

    /** Of {@code apiregistration.k8s.io}, which comes first of all groups. */
    public static ResourceDefinition apiServices() {
        return cluster("apiregistration.k8s.io", "apiservices", "APIService");
    }

    private static ResourceDefinition cluster(String group, String plural, String kind) {
        ResourceNames names = new ResourceNames(group, "v1", plural, kind, List.of(), EXTENSIONS);
        return ResourceDefinition.cluster(names, new SpecStrategy()).withSupport(Support.LISTED);
    }

    private static ResourceDefinition customResourceDefinitions() {
        ResourceNames names = new ResourceNames(
                "apiextensions.k8s.io",
                "v1",
                "customresourcedefinitions",
                "CustomResourceDefinition",
                List.of("crd", "crds"),
                EXTENSIONS);
        Column created = new Column(
                "Created At",
                "date",
                "",
                "When the object was created.",
                0,
                definition ->
                        definition.path("metadata").path("creationTimestamp").asString(""));
        return ResourceDefinition.cluster(names, new SpecStrategy())
                .withColumns(List.of(Column.nameColumn(), created))
                .withSupport(Support.LISTED);
    }
}
