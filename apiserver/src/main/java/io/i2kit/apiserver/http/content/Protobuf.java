package io.i2kit.apiserver.http.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.i2kit.apiserver.registry.ApiException;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime.Unknown;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bodies of {@code application/vnd.kubernetes.protobuf}: the four bytes {@code k8s\0}, then a {@code runtime.Unknown}. Classes
 * are loaded at first use.
 */
public final class Protobuf {
    private static final byte[] MAGIC = "k8s\0".getBytes(StandardCharsets.US_ASCII);
    private static final String PACKAGE = "io.kubernetes.client.proto.";
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9.]+");
    private static final Set<String> META_KINDS =
            Set.of("DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "Status");

    private Protobuf() {}

    /** @throws ApiException BadRequest when it is no such body or of a kind without a known message */
    public static ObjectNode decode(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiException.badRequest(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        try {
            Unknown unknown = Unknown.parseFrom(ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length));
            String apiVersion = unknown.getTypeMeta().getApiVersion();
            String kind = unknown.getTypeMeta().getKind();
            Descriptor descriptor = descriptor(apiVersion, kind);
            if (descriptor == null) {
                throw ApiException.badRequest(
                        "no kind \"" + kind + "\" is registered for version \"" + apiVersion + "\"");
            }
            ObjectNode object = ProtobufTrees.object(DynamicMessage.parseFrom(descriptor, unknown.getRaw()));
            object.put("apiVersion", apiVersion);
            object.put("kind", kind);
            return object;
        } catch (InvalidProtocolBufferException e) {
            throw ApiException.badRequest("error decoding the body as protobuf: " + e.getMessage());
        }
    }

    /** The message of a kind, or null. */
    static @Nullable Descriptor descriptor(String apiVersion, String kind) {
        Descriptor found = find(META_KINDS.contains(kind) ? Meta.getDescriptor() : file(apiVersion), kind);
        // A kind that the messages' release knows in beta only has the same fields there.
        return found == null && apiVersion.endsWith("/v1") ? find(file(apiVersion + "beta1"), kind) : found;
    }

    private static @Nullable Descriptor find(@Nullable FileDescriptor file, String kind) {
        return file == null ? null : file.findMessageTypeByName(kind);
    }

    /** {@code apps/v1} is in V1Apps, {@code networking.k8s.io/v1} in V1Networking, {@code v1} in V1. */
    private static @Nullable FileDescriptor file(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        if (version.isEmpty() || !PLAIN.matcher(group + version).matches()) {
            return null;
        }
        String name = PACKAGE + capitalized(version) + capitalized(group.split("\\.", 2)[0]);
        try {
            return (FileDescriptor)
                    Class.forName(name).getMethod("getDescriptor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
