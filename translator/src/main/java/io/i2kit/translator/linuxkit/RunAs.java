package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The user and group of a container: its own securityContext, then the Pod's, then the image's USER when it is numeric. Null where
 * only the image's own passwd file can tell; the image builder reads it.
 */
record RunAs(@Nullable Long uid, @Nullable Long gid) {
    static RunAs of(@Nullable PodSecurityContext pod, @Nullable SecurityContext container, String imageUser) {
        Long uid = container == null ? null : container.getRunAsUser();
        Long gid = container == null ? null : container.getRunAsGroup();
        if (uid == null && pod != null) {
            uid = pod.getRunAsUser();
        }
        if (gid == null && pod != null) {
            gid = pod.getRunAsGroup();
        }
        String[] image = imageUser.split(":", 2);
        if (uid == null) {
            uid = number(image[0]);
            if (gid == null && image.length == 2) {
                gid = number(image[1]);
            }
        }
        return new RunAs(uid, gid);
    }

    /**
     * The kubelet's verdict on {@code runAsNonRoot} ({@code pkg/kubelet/kuberuntime/security_context.go}, verifyRunAsNonRoot);
     * empty when the container may run.
     */
    static Optional<String> nonRootProblem(@Nullable PodSecurityContext pod, Container container, String imageUser) {
        SecurityContext own = container.getSecurityContext();
        Boolean nonRoot = own == null ? null : own.getRunAsNonRoot();
        if (nonRoot == null && pod != null) {
            nonRoot = pod.getRunAsNonRoot();
        }
        if (!Boolean.TRUE.equals(nonRoot)) {
            return Optional.empty();
        }
        Long asked = of(pod, own, "").uid();
        if (asked != null) {
            return asked == 0 ? Optional.of("container's runAsUser breaks non-root policy") : Optional.empty();
        }
        return imageProblem(imageUser.split(":", 2)[0]);
    }

    private static Optional<String> imageProblem(String user) {
        Long uid = user.isEmpty() ? Long.valueOf(0) : number(user);
        if (uid == null) {
            return Optional.of("container has runAsNonRoot and image has non-numeric user (" + user
                    + "), cannot verify user is non-root");
        }
        return uid == 0 ? Optional.of("container has runAsNonRoot and image will run as root") : Optional.empty();
    }

    private static @Nullable Long number(String text) {
        return !text.isEmpty() && text.length() < 11 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Long.valueOf(text)
                : null;
    }
}
