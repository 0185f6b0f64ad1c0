package io.i2kit.apiserver.http.auth;

import io.i2kit.apiserver.http.auth.Authorizer.Decision;
import io.i2kit.apiserver.http.auth.ServiceAccountNames.Account;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Names;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are made as somebody else, by the headers {@code Impersonate-User}, {@code -Group}, {@code -Uid} and
 * {@code -Extra-*}. The modes are those of {@code k8s.io/apiserver/pkg/endpoints/filters/impersonation}: the constrained ones (KEP
 * 5284), which also ask whether this very request may be made so, then the plain verb {@code impersonate}. The first refusal is
 * the one that is told.
 */
public final class Impersonation {
    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = "impersonate-extra-";
    private static final String NODE = "system:node:";
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private final Authorizer authorizer;

    public Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /**
     * Whom a request is made as: its user when it names nobody else.
     *
     * @param headers by lower-case name, several values of these headers on lines of their own
     * @param attributes the request, by its real user
     * @throws ApiException Forbidden, or BadRequest for headers without {@code Impersonate-User}
     */
    public UserInfo apply(Map<String, String> headers, Attributes attributes) {
        UserInfo wanted = wanted(headers);
        if (wanted == null) {
            return attributes.user();
        }
        ApiException first = null;
        for (String mode : modes(wanted, attributes.user())) {
            try {
                return check(mode, wanted, attributes);
            } catch (ApiException e) {
                first = first == null ? e : first;
            }
        }
        try {
            return new Check("impersonate", "", attributes.user()).user(wanted);
        } catch (ApiException e) {
            throw first == null ? e : first;
        }
    }

    private static @Nullable UserInfo wanted(Map<String, String> headers) {
        String name = "";
        String uid = "";
        List<String> groups = new ArrayList<>();
        Map<String, List<String>> extra = new TreeMap<>();
        boolean any = false;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!header.getKey().startsWith(PREFIX)) {
                continue;
            }
            List<String> values = List.of(header.getValue().split("\n", -1));
            switch (header.getKey()) {
                case "impersonate-user" -> name = values.getFirst();
                case "impersonate-uid" -> uid = values.getFirst();
                case "impersonate-group" -> groups.addAll(values);
                default -> {
                    if (!header.getKey().startsWith(EXTRA)) {
                        continue;
                    }
                    extra.put(extraKey(header.getKey()), values);
                }
            }
            any = true;
        }
        if (!any) {
            return null;
        }
        if (name.isEmpty()) {
            if (uid.isEmpty() && groups.isEmpty() && extra.isEmpty()) {
                return null;
            }
            throw ApiException.badRequest("requested user{uid:\"" + uid + "\", groups:" + groups + ", extra:" + extra
                    + "} without impersonating a user name");
        }
        return new UserInfo(name, uid, groups, extra);
    }

    private static String extraKey(String header) {
        String key = header.substring(EXTRA.length()).toLowerCase(Locale.ROOT);
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    /** The constrained modes by which somebody may be impersonated. */
    private static List<String> modes(UserInfo wanted, UserInfo requestor) {
        boolean onlyName = wanted.uid().isEmpty()
                && wanted.groups().isEmpty()
                && wanted.extra().isEmpty();
        String node = node(wanted.name());
        if (node != null) {
            if (!onlyName) {
                return List.of();
            }
            boolean own = ServiceAccountNames.parse(requestor.name()) != null
                    && List.of(node).equals(requestor.extra().get(NODE_NAME));
            return own ? List.of("associated-node", "arbitrary-node") : List.of("arbitrary-node");
        }
        if (ServiceAccountNames.parse(wanted.name()) != null) {
            return onlyName ? List.of("serviceaccount") : List.of();
        }
        return List.of("user-info");
    }

    private static @Nullable String node(String user) {
        if (!user.startsWith(NODE)) {
            return null;
        }
        String name = user.substring(NODE.length());
        List<String> problems = new ArrayList<>();
        Names.dns1123Subdomain(name, false, problems::add);
        return problems.isEmpty() ? name : null;
    }

    private UserInfo check(String mode, UserInfo wanted, Attributes attributes) {
        require(new Attributes(
                attributes.user(),
                "impersonate-on:" + mode + ":" + attributes.verb(),
                attributes.group(),
                attributes.resource(),
                attributes.namespace(),
                attributes.name(),
                attributes.path()));
        return new Check("impersonate:" + mode, AUTHENTICATION, attributes.user()).user(wanted);
    }

    private void require(Attributes attributes) {
        Decision decision = authorizer.decide(attributes);
        if (!decision.allowed()) {
            throw Forbidden.of(attributes, decision.reason().get());
        }
    }

    /** Whether each part of a user may be impersonated by one verb. */
    private final class Check {
        private final String verb;
        /** Of users and groups. */
        private final String group;

        private final UserInfo requestor;

        Check(String verb, String group, UserInfo requestor) {
            this.verb = verb;
            this.group = group;
            this.requestor = requestor;
        }

        private boolean isConstrained() {
            return !group.isEmpty();
        }

        private Attributes of(String group, String resource, String namespace, String name) {
            return Attributes.ofResource(requestor, verb, group, resource, namespace, name);
        }

        UserInfo user(UserInfo wanted) {
            List<String> groups = new ArrayList<>(name(wanted));
            if (!wanted.uid().isEmpty()) {
                require(of(AUTHENTICATION, "uids", "", wanted.uid()));
            }
            groups(wanted.groups());
            wanted.extra().forEach(this::extra);
            boolean anonymous = wanted.isAnonymous();
            if (anonymous && !groups.contains(UserInfo.UNAUTHENTICATED)) {
                groups.add(UserInfo.UNAUTHENTICATED);
            } else if (!anonymous
                    && !groups.contains(UserInfo.UNAUTHENTICATED)
                    && !groups.contains(UserInfo.AUTHENTICATED)) {
                groups.add(UserInfo.AUTHENTICATED);
            }
            return new UserInfo(wanted.name(), wanted.uid(), groups, wanted.extra());
        }

        /** Returns the groups that go with the name. */
        private List<String> name(UserInfo wanted) {
            Account account = ServiceAccountNames.parse(wanted.name());
            if (account != null) {
                require(of(group, "serviceaccounts", account.namespace(), account.name()));
                return wanted.groups().isEmpty() ? ServiceAccountNames.groups(account.namespace()) : wanted.groups();
            }
            String node = isConstrained() ? node(wanted.name()) : null;
            if (node != null) {
                // Whoever may act as the node that it runs on may do so on every node.
                require(of(group, "nodes", "", verb.endsWith(":associated-node") ? "*" : node));
                return List.of("system:nodes");
            }
            require(of(group, "users", "", wanted.name()));
            return wanted.groups();
        }

        private void groups(List<String> groups) {
            if (isConstrained() && groups.contains("")) {
                throw Forbidden.of(of(group, "groups", "", ""), "impersonating the empty string group is not allowed");
            }
            if (isConstrained() && groups.contains(UserInfo.MASTERS)) {
                throw Forbidden.of(
                        of(group, "groups", "", UserInfo.MASTERS),
                        "impersonating the system:masters group is not allowed");
            }
            groups.forEach(name -> require(of(group, "groups", "", name)));
        }

        private void extra(String key, List<String> values) {
            if (isConstrained() && (key.isEmpty() || values.contains(""))) {
                throw Forbidden.of(
                        of(AUTHENTICATION, "userextras", "", ""),
                        "impersonating the empty string " + (key.isEmpty() ? "key" : "value")
                                + " in extra is not allowed");
            }
            values.forEach(value -> require(of(AUTHENTICATION, "userextras/" + key, "", value)));
        }
    }
}
