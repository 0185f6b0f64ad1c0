package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.ObjectKey;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ConfigMap of kube-system in which other servers (those that have the API server tell them who a client is) find whose client
 * certificates are known here. As {@code pkg/controlplane/controller/clusterauthenticationtrust} of kube-apiserver keeps it; without
 * a front proxy, of which there is none here, only its first key.
 */
public final class ClientAuthorities {
    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "extension-apiserver-authentication";
    private static final String RESOURCE = "configmaps";

    private ClientAuthorities() {}

    /** @param authorities PEM */
    public static void put(Registry registry, String authorities) {
        ObjectNode map = Json.object();
        map.putObject("metadata").put("name", NAME);
        map.putObject("data").put("client-ca-file", authorities);
        ObjectKey key = registry.table().stored(RESOURCE).key(NAMESPACE, NAME);
        registry.objects().put(RESOURCE, key, map);
    }
}
