package io.i2kit.apiserver.http.certificates;

import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.http.rest.WriteGuard;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.certificates.CertificateResources;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A bundle of a signer is written by those who may attest for that signer ({@code plugin/pkg/admission/certificates/ctbattest}). */
public final class TrustBundleGuard implements WriteGuard {
    private final Authorizer authorizer;

    public TrustBundleGuard(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public boolean concerns(ResourceDefinition definition) {
        return definition.storedResource().equals(CertificateResources.BUNDLES);
    }

    @Override
    public void check(
            RequestInfo info,
            ApiRequest request,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old) {
        String signer = object.path("spec").path("signerName").asString("");
        if (signer.isEmpty() || old != null && changesCollectionOnly(object, old)) {
            return;
        }
        if (!Signers.may(authorizer, request.user(), "attest", signer)) {
            throw ApiException.forbidden(
                    definition.names().group(),
                    definition.names().plural(),
                    Meta.name(object),
                    "user not permitted to attest for signerName \"" + signer + "\"");
        }
    }

    /** {@code IsOnlyMutatingGCFields}. */
    private static boolean changesCollectionOnly(ObjectNode object, ObjectNode old) {
        ObjectNode changed = object.deepCopy();
        for (String field : new String[] {"ownerReferences", "finalizers", "managedFields", "resourceVersion"}) {
            Meta.copy(old, changed, field);
        }
        return Json.same(changed, old);
    }
}
