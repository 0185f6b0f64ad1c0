package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * The customer managed key of an installation, which its bucket encrypts metadata objects by. It is found by its alias, so that
 * whoever has a key of their own gives it the alias; such a key is used and never deleted. Its policy is KMS' default: who may use it
 * is said by the account's IAM policies (KMS Developer Guide, "Default key policy").
 */
final class MetadataKey {
    /** Of a key, whatever uses it (AWS KMS pricing); requests are few, since the bucket has a key of its own below this one. */
    private static final double DOLLARS = 1;

    /** The least that AWS takes. */
    private static final int WAITING_DAYS = 7;

    private final AwsClients clients;
    private final String name;
    private final String alias;

    MetadataKey(AwsClients clients, String name) {
        this.clients = clients;
        this.name = name;
        this.alias = "alias/i2kit-" + name;
    }

    Step step() {
        return new Step(
                "key " + alias + " (deleted " + WAITING_DAYS + " days after its removal)",
                DOLLARS,
                this::arn,
                this::make,
                this::remove);
    }

    /** Its ARN, or null while there is none that can be used. */
    @Nullable
    String arn() {
        try {
            KeyMetadata key =
                    clients.kms().describeKey(request -> request.keyId(alias)).keyMetadata();
            return key.keyState() == KeyState.PENDING_DELETION ? null : key.arn();
        } catch (NotFoundException e) {
            return null;
        }
    }

    private String make() {
        String arn = clients.kms()
                .createKey(request -> request.description("i2kit " + name + ": metadata of machines")
                        .tags(Tag.builder()
                                .tagKey(AwsTags.INSTALLATION)
                                .tagValue(name)
                                .build()))
                .keyMetadata()
                .arn();
        clients.kms().enableKeyRotation(request -> request.keyId(arn));
        // That of a key which waits for its deletion.
        removeAlias();
        // Last: by it a whole key is found.
        clients.kms().createAlias(request -> request.aliasName(alias).targetKeyId(arn));
        return arn;
    }

    private void remove(String arn) {
        boolean ours = clients.kms().listResourceTags(request -> request.keyId(arn)).tags().stream()
                .anyMatch(tag -> tag.tagKey().equals(AwsTags.INSTALLATION) && name.equals(tag.tagValue()));
        if (ours) {
            // The emulator takes no ARN here.
            String id = arn.substring(arn.lastIndexOf('/') + 1);
            clients.kms().scheduleKeyDeletion(request -> request.keyId(id).pendingWindowInDays(WAITING_DAYS));
        }
        removeAlias();
    }

    private void removeAlias() {
        try {
            clients.kms().deleteAlias(request -> request.aliasName(alias));
        } catch (NotFoundException e) {
            // Nothing has it.
        }
    }
}
