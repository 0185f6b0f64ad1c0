package io.i2kit.apiserver.http.auth;

import java.util.List;

/** Who makes a request ({@code authentication.k8s.io/v1 UserInfo}). */
public record UserInfo(String name, String uid, List<String> groups) {
    /** May do everything. */
    public static final String MASTERS = "system:masters";

    public static final String AUTHENTICATED = "system:authenticated";

    /** A request without credentials. */
    public static final UserInfo ANONYMOUS = new UserInfo("system:anonymous", "", List.of("system:unauthenticated"));

    public UserInfo {
        groups = List.copyOf(groups);
    }

    public boolean isAnonymous() {
        return name.equals(ANONYMOUS.name());
    }
}
