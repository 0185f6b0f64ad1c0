package io.i2kit.apiserver.registry.reviews;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.Support;
import java.util.List;

/** The reviews of {@code authentication.k8s.io} and {@code authorization.k8s.io}. */
public final class ReviewResources {
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final String AUTHORIZATION = "authorization.k8s.io";

    private ReviewResources() {}

    public static List<ResourceDefinition> all() {
        return List.of(
                cluster(AUTHENTICATION, "selfsubjectreviews", "SelfSubjectReview"),
                cluster(AUTHENTICATION, "tokenreviews", "TokenReview"),
                ResourceDefinition.namespaced(
                                names(AUTHORIZATION, "localsubjectaccessreviews", "LocalSubjectAccessReview"),
                                new RestStrategy() {})
                        .withSupport(Support.REVIEW),
                cluster(AUTHORIZATION, "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
                cluster(AUTHORIZATION, "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
                cluster(AUTHORIZATION, "subjectaccessreviews", "SubjectAccessReview"));
    }

    private static ResourceNames names(String group, String plural, String kind) {
        return new ResourceNames(group, "v1", plural, kind, List.of(), List.of());
    }

    private static ResourceDefinition cluster(String group, String plural, String kind) {
        return ResourceDefinition.cluster(names(group, plural, kind), new RestStrategy() {})
                .withSupport(Support.REVIEW);
    }
}
