package io.i2kit.apiserver.http.certificates;

import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.http.rest.WriteGuard;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.certificates.CertificateResources;
import io.i2kit.apiserver.registry.certificates.SigningRequest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes into a new CertificateSigningRequest who asks, and refuses approvals and certificates of those who may not give them for
 * that signer ({@code plugin/pkg/admission/certificates}).
 */
public final class CertificateGuard implements WriteGuard {
    private static final String CLIENTS = "kubernetes.io/kube-apiserver-client";

    private final Authorizer authorizer;

    public CertificateGuard(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public boolean concerns(ResourceDefinition definition) {
        return definition.storedResource().equals(CertificateResources.REQUESTS);
    }

    @Override
    public void check(
            RequestInfo info,
            ApiRequest request,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old) {
        if (old == null) {
            name(request.user(), object);
            refuseMasters(definition, object);
            return;
        }
        boolean approves = info.target().subresource().equals("approval");
        boolean signs =
                info.target().subresource().equals("status") && !Json.same(object.path("status"), old.path("status"));
        if (approves || signs) {
            String signer = old.path("spec").path("signerName").asString("");
            String verb = approves ? "approve" : "sign";
            if (!Signers.may(authorizer, request.user(), verb, signer)) {
                throw forbidden(
                        definition,
                        old,
                        "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
            }
        }
    }

    private static void name(UserInfo user, ObjectNode object) {
        ObjectNode spec = object.withObject("spec");
        spec.remove(List.of("username", "uid", "groups", "extra"));
        spec.put("username", user.name());
        if (!user.uid().isEmpty()) {
            spec.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            ArrayNode groups = spec.putArray("groups");
            user.groups().forEach(groups::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            user.extra().forEach((key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
            });
        }
    }

    /** {@code CertificateSubjectRestriction}: nobody becomes an administrator by a request. */
    private static void refuseMasters(ResourceDefinition definition, ObjectNode object) {
        if (!object.path("spec").path("signerName").asString("").equals(CLIENTS)) {
            return;
        }
        try {
            byte[] pem = Base64.getDecoder()
                    .decode(object.path("spec").path("request").asString(""));
            if (SigningRequest.parse(pem).organizations().contains(UserInfo.MASTERS)) {
                throw forbidden(
                        definition,
                        object,
                        "use of " + CLIENTS + " signer with " + UserInfo.MASTERS + " group is not allowed");
            }
        } catch (SigningRequest.MalformedException | IllegalArgumentException e) {
            // Validation will say so.
            return;
        }
    }

    private static ApiException forbidden(ResourceDefinition definition, ObjectNode object, String detail) {
        return ApiException.forbidden(
                definition.names().group(), definition.names().plural(), Meta.name(object), detail);
    }
}
