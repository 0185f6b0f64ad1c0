package io.i2kit.apiserver.http.auth;

import io.i2kit.apiserver.registry.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users and groups of ServiceAccounts ({@code k8s.io/apiserver/pkg/authentication/serviceaccount/util.go}). */
public final class ServiceAccountNames {
    private static final String USER = "system:serviceaccount:";
    private static final String GROUP = "system:serviceaccounts";

    private ServiceAccountNames() {}

    /** Which ServiceAccount a user is. */
    public record Account(String namespace, String name) {}

    public static String user(String namespace, String name) {
        return USER + namespace + ":" + name;
    }

    /** The groups of every ServiceAccount of a namespace, without {@code system:authenticated}. */
    public static List<String> groups(String namespace) {
        return List.of(GROUP, GROUP + ":" + namespace);
    }

    /** The ServiceAccount that a user name means, or null. */
    public static @Nullable Account parse(String user) {
        if (!user.startsWith(USER)) {
            return null;
        }
        String[] parts = user.substring(USER.length()).split(":", -1);
        if (parts.length != 2) {
            return null;
        }
        List<String> problems = new ArrayList<>();
        Names.dns1123Label(parts[0], false, problems::add);
        Names.dns1123Subdomain(parts[1], false, problems::add);
        return problems.isEmpty() ? new Account(parts[0], parts[1]) : null;
    }
}
