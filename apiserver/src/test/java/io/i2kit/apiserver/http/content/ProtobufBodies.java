package io.i2kit.apiserver.http.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Runtime.TypeMeta;
import io.kubernetes.client.proto.Runtime.Unknown;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Objects as a client that speaks protobuf sends them: the other way round than {@link ProtobufTrees}. */
public final class ProtobufBodies {
    private static final Set<String> INLINE = Set.of(
            "localObjectReference",
            "volumeSource",
            "persistentVolumeSource",
            "handler",
            "ephemeralContainerCommon",
            "deviceConfiguration",
            "ingressRuleValue");

    private ProtobufBodies() {}

    /** The body of an object with apiVersion and kind. */
    public static byte[] of(ObjectNode object) {
        String apiVersion = object.path("apiVersion").asString();
        String kind = object.path("kind").asString();
        Descriptor descriptor = Objects.requireNonNull(Protobuf.descriptor(apiVersion, kind), apiVersion + " " + kind);
        ObjectNode fields = object.deepCopy();
        fields.remove("apiVersion");
        fields.remove("kind");
        byte[] message = Unknown.newBuilder()
                .setTypeMeta(TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
                .setRaw(message(descriptor, fields).toByteString())
                .build()
                .toByteArray();
        byte[] body = new byte[message.length + 4];
        System.arraycopy("k8s\0".getBytes(StandardCharsets.US_ASCII), 0, body, 0, 4);
        System.arraycopy(message, 0, body, 4, message.length);
        return body;
    }

    private static Message message(Descriptor descriptor, JsonNode tree) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(descriptor);
        return switch (descriptor.getFullName()) {
            case "k8s.io.apimachinery.pkg.apis.meta.v1.Time", "k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime" -> {
                Instant time = Instant.parse(tree.asString());
                set(builder, "seconds", time.getEpochSecond());
                set(builder, "nanos", time.getNano());
                yield builder.build();
            }
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> {
                set(builder, "string", tree.asString());
                yield builder.build();
            }
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> {
                set(builder, "type", tree.isNumber() ? 0L : 1L);
                set(builder, tree.isNumber() ? "intVal" : "strVal", tree.isNumber() ? tree.asInt() : tree.asString());
                yield builder.build();
            }
            case "k8s.io.apimachinery.pkg.runtime.RawExtension" -> {
                set(builder, "raw", ByteString.copyFromUtf8(tree.toString()));
                yield builder.build();
            }
            case "k8s.io.api.certificates.v1.ExtraValue" ->
                struct(
                        descriptor,
                        builder,
                        JsonNodeFactory.instance.objectNode().set("items", tree));
            default -> struct(descriptor, builder, tree);
        };
    }

    private static void set(DynamicMessage.Builder builder, String name, Object value) {
        FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
        boolean narrow = field.getJavaType() == FieldDescriptor.JavaType.INT && value instanceof Long;
        builder.setField(field, narrow ? (Object) ((Long) value).intValue() : value);
    }

    private static Message struct(Descriptor descriptor, DynamicMessage.Builder builder, JsonNode tree) {
        ObjectNode left = ((ObjectNode) tree).deepCopy();
        for (FieldDescriptor field : descriptor.getFields()) {
            JsonNode value = left.get(field.getName());
            if (value == null || isInline(field)) {
                continue;
            }
            left.remove(field.getName());
            if (field.isMapField()) {
                map(builder, field, value);
            } else if (field.isRepeated()) {
                value.forEach(item -> builder.addRepeatedField(field, value(field, item)));
            } else {
                builder.setField(field, value(field, value));
            }
        }
        for (FieldDescriptor field : descriptor.getFields()) {
            if (isInline(field) && !left.isEmpty()) {
                builder.setField(field, message(field.getMessageType(), left));
                left.removeAll();
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(descriptor.getFullName() + " has no " + left.propertyNames());
        }
        return builder.build();
    }

    private static boolean isInline(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && INLINE.contains(field.getName());
    }

    private static void map(DynamicMessage.Builder builder, FieldDescriptor field, JsonNode entries) {
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            builder.addRepeatedField(
                    field,
                    DynamicMessage.newBuilder(field.getMessageType())
                            .setField(key, entry.getKey())
                            .setField(value, value(value, entry.getValue()))
                            .build());
        }
    }

    private static Object value(FieldDescriptor field, JsonNode value) {
        return switch (field.getJavaType()) {
            case STRING -> value.asString();
            case INT -> value.asInt();
            case LONG -> value.asLong();
            case BOOLEAN -> value.asBoolean();
            case DOUBLE -> value.asDouble();
            case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(value.asString()));
            case MESSAGE -> message(field.getMessageType(), value);
            default -> throw new IllegalArgumentException(field.getFullName());
        };
    }
}
