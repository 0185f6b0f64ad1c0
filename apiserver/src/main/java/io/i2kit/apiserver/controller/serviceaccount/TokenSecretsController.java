package io.i2kit.apiserver.controller.serviceaccount;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills Secrets of type {@code kubernetes.io/service-account-token} that somebody made, and deletes those whose ServiceAccount is
 * gone ({@code pkg/controller/serviceaccount/tokens_controller.go}).
 */
public final class TokenSecretsController implements Reconciler {
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

    private final ObjectClient client;
    private final Tokens tokens;
    private final String rootCertificate;

    private TokenSecretsController(ObjectClient client, Tokens tokens, String rootCertificate) {
        this.client = client;
        this.tokens = tokens;
        this.rootCertificate = rootCertificate;
    }

    /** Makes tokens. */
    @FunctionalInterface
    public interface Tokens {
        /**
         * A token without an end.
         *
         * @param uid of the ServiceAccount
         */
        String make(String namespace, String account, String uid, String secret);
    }

    /**
     * What is watched of a Secret.
     *
     * @param account empty when it is none of this type
     */
    private record Secret(String account, boolean complete) {
        private static final Secret OTHER = new Secret("", true);

        static Secret of(StoredObject stored) {
            JsonNode secret = Json.parse(stored.json());
            if (!secret.path("type").asString("").equals(TYPE)) {
                return OTHER;
            }
            JsonNode data = secret.path("data");
            boolean complete = data.has("token") && data.has("ca.crt") && data.has("namespace");
            return new Secret(annotation(secret, ACCOUNT), complete);
        }
    }

    /**
     * Registers the controller; it runs when the manager and the informers are started.
     *
     * @param rootCertificate of the server's certificate authority, in PEM
     */
    public static void register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            Tokens tokens,
            String rootCertificate) {
        WorkQueue queue = manager.register(new TokenSecretsController(client, tokens, rootCertificate), 1);
        informers.create("secrets", Secret::of, Map.of()).onChange((key, before, after) -> {
            boolean ours = !(after == null ? before == null ? "" : before.account() : after.account()).isEmpty();
            if (ours) {
                queue.add(key);
            }
        });
        informers
                .create("serviceaccounts", stored -> Meta.uid(Json.parse(stored.json())), Map.of())
                .onChange((key, before, after) -> {
                    if (before != null) {
                        queue.add(key);
                    }
                });
    }

    @Override
    public String name() {
        return "serviceaccount-token";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        if (key.resource().equals("serviceaccounts")) {
            for (ObjectNode secret : client.list("secrets", key.namespace())) {
                if (secret.path("type").asString("").equals(TYPE)
                        && annotation(secret, ACCOUNT).equals(key.name())) {
                    check(new ObjectKey("secrets", key.namespace(), Meta.name(secret)), secret);
                }
            }
            return Result.DONE;
        }
        ObjectNode secret = client.get(key);
        if (secret == null) {
            forget(key);
        } else if (secret.path("type").asString("").equals(TYPE)) {
            check(key, secret);
        }
        return Result.DONE;
    }

    private void check(ObjectKey key, ObjectNode secret) {
        ObjectNode account = account(key.namespace(), annotation(secret, ACCOUNT));
        String uid = annotation(secret, ACCOUNT_UID);
        if (account == null || !uid.isEmpty() && !uid.equals(Meta.uid(account))) {
            client.delete(key, new DeleteOptions(null, "", Meta.uid(secret), ""), List.of());
            return;
        }
        client.modify(key, "", current -> current == null ? null : filled(current, key, account));
    }

    private @Nullable ObjectNode account(String namespace, String name) {
        return client.get(new ObjectKey("serviceaccounts", namespace, name));
    }

    private ObjectNode filled(ObjectNode secret, ObjectKey key, ObjectNode account) {
        ObjectNode data = secret.withObject("/data");
        put(data, "ca.crt", rootCertificate);
        if (!data.has("namespace")) {
            put(data, "namespace", key.namespace());
        }
        if (!data.has("token")) {
            put(data, "token", tokens.make(key.namespace(), Meta.name(account), Meta.uid(account), key.name()));
        }
        Meta.of(secret)
                .withObject("/annotations")
                .put(ACCOUNT, Meta.name(account))
                .put(ACCOUNT_UID, Meta.uid(account));
        return secret;
    }

    private static void put(ObjectNode data, String field, String value) {
        data.put(field, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Takes a Secret that is gone out of the accounts that name it. */
    private void forget(ObjectKey secret) {
        for (ObjectNode account : client.list("serviceaccounts", secret.namespace())) {
            boolean names = account.path("secrets")
                    .valueStream()
                    .anyMatch(named -> named.path("name").asString("").equals(secret.name()));
            if (names) {
                ObjectKey key = new ObjectKey("serviceaccounts", secret.namespace(), Meta.name(account));
                client.modify(key, "", current -> {
                    if (current != null && current.get("secrets") instanceof ArrayNode all) {
                        all.removeIf(named -> named.path("name").asString("").equals(secret.name()));
                    }
                    return current;
                });
            }
        }
    }

    private static String annotation(JsonNode object, String name) {
        return object.path("metadata").path("annotations").path(name).asString("");
    }
}
