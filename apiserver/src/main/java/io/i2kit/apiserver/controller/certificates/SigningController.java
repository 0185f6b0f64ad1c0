package io.i2kit.apiserver.controller.certificates;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.certificates.CertificateResources;
import io.i2kit.apiserver.registry.certificates.SigningRequest;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pkg/controller/certificates/signer} for {@code kubernetes.io/kube-apiserver-client}. There are no kubelets here that would
 * ask for theirs, and other signers' requests are other signers' business.
 */
public final class SigningController implements Reconciler {
    private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
    private static final Set<String> USAGES = Set.of("digital signature", "key encipherment", "client auth");
    /** The controller manager's {@code --cluster-signing-duration}. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final int WORKERS = 1;

    private final ObjectClient client;
    private final CertificateSigner signer;

    SigningController(ObjectClient client, CertificateSigner signer) {
        this.client = client;
        this.signer = signer;
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static void register(
            ControllerManager manager, InformerFactory informers, ObjectClient client, CertificateSigner signer) {
        WorkQueue queue = manager.register(new SigningController(client, signer), WORKERS);
        informers
                .create(CertificateResources.REQUESTS, StoredObject::revision, Map.of())
                .onChange((key, before, after) -> queue.add(key));
    }

    @Override
    public String name() {
        return "certificatesigningrequest-signing-controller";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode request = client.get(key);
        if (request == null || !isWaiting(request)) {
            return Result.DONE;
        }
        JsonNode spec = request.path("spec");
        Set<String> usages = new HashSet<>();
        spec.path("usages").forEach(usage -> usages.add(usage.asString("")));
        if (!usages.contains("client auth") || !USAGES.containsAll(usages)) {
            fail(
                    key,
                    "usages did not match "
                            + String.join(",", USAGES.stream().sorted().toList()));
            return Result.DONE;
        }
        try {
            SigningRequest asked = SigningRequest.parse(Base64.getDecoder().decode(FieldPaths.text(spec, "request")));
            if (asked.hasAlternativeNames()) {
                fail(key, "subject alternative names are not allowed");
                return Result.DONE;
            }
            String certificate = signer.sign(asked.publicKey(), asked.subject(), usages, life(spec));
            issue(key, certificate);
        } catch (SigningRequest.MalformedException e) {
            fail(key, "unable to parse csr: " + e.getMessage());
        }
        return Result.DONE;
    }

    private static Duration life(JsonNode spec) {
        JsonNode seconds = spec.path("expirationSeconds");
        Duration asked = seconds.isNumber() ? Duration.ofSeconds(seconds.asLong()) : LONGEST;
        return asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
    }

    private static boolean isWaiting(ObjectNode request) {
        Set<String> conditions = new HashSet<>();
        request.path("status").path("conditions").forEach(each -> conditions.add(FieldPaths.text(each, "type")));
        return FieldPaths.text(request, "spec.signerName").equals(SIGNER)
                && FieldPaths.text(request, "status.certificate").isEmpty()
                && conditions.contains("Approved")
                && !conditions.contains("Denied")
                && !conditions.contains("Failed");
    }

    private void issue(ObjectKey key, String certificate) {
        String base64 = Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII));
        client.modify(key, "status", request -> {
            if (request != null && isWaiting(request)) {
                request.withObjectProperty("status").put("certificate", base64);
            }
            return request;
        });
    }

    private void fail(ObjectKey key, String why) {
        client.modify(key, "status", request -> {
            if (request != null && isWaiting(request)) {
                request.withObjectProperty("status")
                        .withArrayProperty("conditions")
                        .addObject()
                        .put("type", "Failed")
                        .put("status", "True")
                        .put("reason", "SignerValidationFailure")
                        .put("message", why);
            }
            return request;
        });
    }
}
