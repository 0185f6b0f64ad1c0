package io.i2kit.apiserver.http.auth;

import java.util.List;
import java.util.Map;

/**
 * Who makes a request ({@code authentication.k8s.io/v1 UserInfo}).
 *
 * @param extra what else the authenticator knows, for example of which Pod a token is
 */
public record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    /** May do everything. */
    public static final String MASTERS = "system:masters";

    public static final String AUTHENTICATED = "system:authenticated";

    public static final String UNAUTHENTICATED = "system:unauthenticated";

    /** A request without credentials. */
    public static final UserInfo ANONYMOUS = new UserInfo("system:anonymous", "", List.of(UNAUTHENTICATED));

    public UserInfo {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public UserInfo(String name, String uid, List<String> groups) {
        this(name, uid, groups, Map.of());
    }

    public boolean isAnonymous() {
        return name.equals(ANONYMOUS.name());
    }
}
