package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.auth.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL and a method ask for; the model is {@code k8s.io/apiserver/pkg/endpoints/request/requestinfo.go}.
 *
 * @param path decoded
 * @param verb {@code get list watch create update patch delete deletecollection}, or the method in lower case elsewhere
 * @param target what is addressed
 */
public record RequestInfo(String path, String verb, String group, String version, Target target) {
    private static final Set<String> STREAMS = Set.of("pods/exec", "pods/attach", "pods/portforward");

    /**
     * The part of a URL behind group and version.
     *
     * @param namespace empty for cluster-scoped resources and lists over all namespaces
     * @param resource plural; empty when the path is no resource's
     */
    public record Target(String namespace, String resource, String name, String subresource) {
        static final Target NONE = new Target("", "", "", "");
    }

    private static final String PROXY = "proxy";
    private static final Set<String> COLLECTION_VERBS = Set.of("list", "watch", "deletecollection");
    private static final Pattern ONLY_NAME = Pattern.compile("metadata\\.name==?([^,=!]+)");

    public boolean isResource() {
        return !target.resource().isEmpty();
    }

    /** {@code pods/log}, or {@code pods}. */
    public String qualifiedResource() {
        return target.subresource().isEmpty() ? target.resource() : target.resource() + "/" + target.subresource();
    }

    /** What is asked for, as it is decided upon: a collection of one named object counts as that object. */
    public Attributes attributes(ApiRequest request) {
        if (!isResource()) {
            return Attributes.ofPath(request.user(), verb, path);
        }
        String name = target.name();
        if (name.isEmpty() && COLLECTION_VERBS.contains(verb)) {
            Matcher only = ONLY_NAME.matcher(request.parameter("fieldSelector"));
            name = only.matches() ? only.group(1) : "";
        }
        return Attributes.ofResource(request.user(), verb, group, qualifiedResource(), target.namespace(), name);
    }

    /**
     * Whether a GET does what only a POST did before WebSockets, so that the right to read a subresource is not enough for it
     * ({@code k8s.io/kubernetes/pkg/registry/core/pod/rest}, ensureAuthorizedForVerb).
     */
    public boolean alsoCreates() {
        return verb.equals("get") && group.isEmpty() && STREAMS.contains(qualifiedResource());
    }

    /** Whether the query and the path behind the subresource are not for the API but for what is behind it. */
    public boolean isProxied() {
        return target.subresource().equals(PROXY);
    }

    /** The same with the verb {@code create}. */
    public RequestInfo creating() {
        return new RequestInfo(path, "create", group, version, target);
    }

    /** @param watch whether the query asks for a watch, which counts for a collection */
    public static RequestInfo parse(String method, String path, boolean watch) {
        List<String> segments = new ArrayList<>(List.of(path.substring(1).split("/", -1)));
        boolean core = segments.getFirst().equals("api") && segments.size() > 2;
        boolean grouped = segments.getFirst().equals("apis") && segments.size() > 3;
        if (!core && !grouped) {
            return new RequestInfo(path, method.toLowerCase(Locale.ROOT), "", "", Target.NONE);
        }
        String group = core ? "" : segments.get(1);
        String version = segments.get(core ? 1 : 2);
        List<String> rest = new ArrayList<>(segments.subList(core ? 2 : 3, segments.size()));
        boolean watchPath = rest.getFirst().equals("watch") && rest.size() > 1;
        if (watchPath) {
            rest.removeFirst();
        }
        String namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            // A namespace's own subresources; anything else in third place is a resource inside it.
            if (rest.size() > 2 && !rest.get(2).equals("status") && !rest.get(2).equals("finalize")) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.getFirst();
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        if (segments.getLast().isEmpty() && !subresource.equals(PROXY)) {
            return new RequestInfo(path, method.toLowerCase(Locale.ROOT), "", "", Target.NONE);
        }
        Target target = new Target(namespace, resource, name, subresource);
        return new RequestInfo(path, verb(method, name, watchPath || watch && name.isEmpty()), group, version, target);
    }

    private static String verb(String method, String name, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> watch ? "watch" : name.isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }
}
