package io.i2kit.apiserver.http.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import io.i2kit.apiserver.openapi.SchemaType.Struct.Field;
import io.i2kit.apiserver.registry.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Kubernetes' protobuf messages as the JSON that Go writes for the same objects. */
final class ProtobufTrees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Of kinds that the messages' release knows in beta only; they have the same fields. */
    private static final Pattern BETA = Pattern.compile("v1(alpha|beta)[0-9]");

    /** Messages that Go embeds: their fields appear in the parent. */
    private static final Set<String> INLINE = Set.of(
            "localObjectReference",
            "volumeSource",
            "persistentVolumeSource",
            "handler",
            "ephemeralContainerCommon",
            "deviceConfiguration",
            "ingressRuleValue");

    private ProtobufTrees() {}

    static ObjectNode object(Message message) {
        ObjectNode object = Json.object();
        Struct type = type(message.getDescriptorForType());
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isMapField()) {
                object.set(field.getName(), map((List<?>) entry.getValue()));
            } else if (field.isRepeated()) {
                ArrayNode array = object.putArray(field.getName());
                ((List<?>) entry.getValue()).forEach(item -> array.add(value(field, item)));
            } else {
                put(object, type, field, entry.getValue());
            }
        }
        return object;
    }

    private static void put(ObjectNode object, @Nullable Struct type, FieldDescriptor field, Object raw) {
        if (INLINE.contains(field.getName()) && raw instanceof Message embedded) {
            object.setAll(object(embedded));
            return;
        }
        JsonNode value = value(field, raw);
        if (!value.isNull() && (!GoForm.isZero(value) || mayBeZero(type, field.getName()))) {
            object.set(field.getName(), value);
        }
    }

    /**
     * Whether a zero means something: Go's encoder sends every field that is no pointer, also when there is nothing in it. Of types that
     * are embedded in others nothing is known here; the decoder knows.
     */
    private static boolean mayBeZero(@Nullable Struct type, String field) {
        if (type == null || !type.isGoTypeKnown()) {
            return true;
        }
        Field known = type.field(field);
        return known != null && known.go().pointer();
    }

    private static @Nullable Struct type(Descriptor message) {
        String name = "io.k8s" + message.getFullName().substring("k8s.io".length());
        Struct type = Schema.builtIn().type(name);
        return type == null ? Schema.builtIn().type(BETA.matcher(name).replaceFirst("v1")) : type;
    }

    private static ObjectNode map(List<?> entries) {
        ObjectNode object = Json.object();
        for (Object entry : entries) {
            Message message = (Message) entry;
            FieldDescriptor key = message.getDescriptorForType().findFieldByNumber(1);
            FieldDescriptor value = message.getDescriptorForType().findFieldByNumber(2);
            object.set(String.valueOf(message.getField(key)), value(value, message.getField(value)));
        }
        return object;
    }

    private static JsonNode value(FieldDescriptor field, Object raw) {
        return switch (raw) {
            case String text -> NODES.stringNode(text);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Boolean flag -> NODES.booleanNode(flag);
            case ByteString bytes -> NODES.stringNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
            case Message message -> message(message);
            default ->
                throw new IllegalStateException(field.getFullName() + " is a " + field.getJavaType() + ", not "
                        + JavaType.MESSAGE + " or a scalar that Kubernetes uses");
        };
    }

    /** Types with a JSON form of their own; everything else field by field. */
    private static JsonNode message(Message message) {
        return switch (message.getDescriptorForType().getFullName()) {
            case "k8s.io.apimachinery.pkg.apis.meta.v1.Time" -> time(message, false);
            case "k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime" -> time(message, true);
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> NODES.stringNode(text(message, "string"));
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" ->
                number(message, "type") == 0
                        ? NODES.numberNode(number(message, "intVal"))
                        : NODES.stringNode(text(message, "strVal"));
            case "k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1", "k8s.io.apimachinery.pkg.runtime.RawExtension" ->
                embedded(message);
            case String name
            when name.endsWith(".ExtraValue") -> object(message).withArray("/items");
            default -> object(message);
        };
    }

    private static JsonNode time(Message message, boolean micro) {
        long seconds = number(message, "seconds");
        long nanos = micro ? number(message, "nanos") : 0;
        if (message.getAllFields().isEmpty()) {
            return NODES.nullNode();
        }
        Instant instant = Instant.ofEpochSecond(seconds, nanos);
        return NODES.stringNode(micro ? MicroTimes.text(instant) : instant.toString());
    }

    private static JsonNode embedded(Message message) {
        FieldDescriptor raw = message.getDescriptorForType().findFieldByNumber(1);
        ByteString bytes = raw == null ? ByteString.EMPTY : (ByteString) message.getField(raw);
        return bytes.isEmpty() ? NODES.nullNode() : Json.MAPPER.readTree(bytes.toByteArray());
    }

    private static String text(Message message, String name) {
        return String.valueOf(field(message, name));
    }

    private static long number(Message message, String name) {
        return field(message, name) instanceof Number number ? number.longValue() : 0;
    }

    private static @Nullable Object field(Message message, String name) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
        return field == null ? null : message.getField(field);
    }
}
