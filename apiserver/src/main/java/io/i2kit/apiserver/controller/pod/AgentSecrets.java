package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.Write;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of each workload's machines, derived from one key of the cluster, so that nothing is to be stored for each and a
 * restarted server still knows its machines.
 */
public final class AgentSecrets {
    private static final String RECORD = "cluster/agent-key";
    private static final int KEY_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final byte[] key;

    private AgentSecrets(byte[] key) {
        this.key = key;
    }

    /** With the cluster's key, which is made on first use. */
    public static AgentSecrets of(Storage storage) {
        byte[] stored = storage.getRecord(RECORD);
        if (stored != null) {
            return new AgentSecrets(stored);
        }
        byte[] made = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(made);
        storage.commit(List.of(new Write.PutRecord(RECORD, made))).join();
        return new AgentSecrets(made);
    }

    /** 32 bytes in base64, for {@link io.i2kit.cloud.model.MachineMetadata.Agent}. */
    String of(String ownerUid) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return Base64.getEncoder().encodeToString(mac.doFinal(ownerUid.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
