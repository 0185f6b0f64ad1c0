package io.i2kit.apiserver.typed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TypedObjectsTest {
    private static final JsonMapper JACKSON = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int TREES = 60;

    /** Trees of every field that the model has, in any combination. */
    @ParameterizedTest
    @ValueSource(classes = {Pod.class, ReplicaSet.class, ConfigMap.class, Secret.class, Service.class})
    void isTheSameAsJackson(Class<?> type) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < TREES; i++) {
            ObjectNode tree = object(random, type, 1 + i % 10);
            Object typed = TypedObjects.read(tree, type);
            assertThat(typed).as("seed %s", seed).isEqualTo(JACKSON.treeToValue(tree, type));
            assertThat((JsonNode) TypedObjects.write(typed))
                    .as("seed %s", seed)
                    .isEqualTo(JACKSON.valueToTree(typed))
                    .isEqualTo(tree);
        }
    }

    @Test
    void fieldsThatTheModelDoesNotKnowAreKept() {
        JsonNode tree = JACKSON.readTree("""
                {"apiVersion":"v1","kind":"Pod","later":{"a":[1,{"b":true}]},"status":{"phase":"Running","soon":1.5}}""");
        Pod pod = TypedObjects.read(tree, Pod.class);
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat((JsonNode) TypedObjects.write(pod)).isEqualTo(tree);
    }

    @Test
    void nullIsAsAbsent() {
        JsonNode tree = JACKSON.readTree("""
                {"metadata":{"labels":null,"annotations":{"a":null,"b":"c"}},"spec":{"containers":null,"hostname":null}}""");
        Pod pod = TypedObjects.read(tree, Pod.class);
        assertThat(pod.getSpec().getContainers()).isEmpty();
        assertThat(pod.getMetadata().getAnnotations()).containsOnlyKeys("b");
    }

    @Test
    void aValueOfAnotherTypeIsNamed() {
        JsonNode tree = JACKSON.readTree("""
                {"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}""");
        assertThatThrownBy(() -> TypedObjects.read(tree, Pod.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Pod.spec.containers[0].ports[0].containerPort cannot be STRING");
    }

    @Test
    void listsAreWritten() {
        Quantity half = new Quantity("0.5", "Gi");
        assertThat((JsonNode) TypedObjects.write(List.of("a", half, new IntOrString(3), new IntOrString("http"))))
                .isEqualTo(JACKSON.readTree("[\"a\",\"0.5Gi\",3,\"http\"]"));
    }

    /** Never empty lists and maps, which are not written. */
    private static ObjectNode object(Random random, Class<?> type, int outOfTen) {
        ObjectNode tree = NODES.objectNode();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            JsonProperty name = field.getAnnotation(JsonProperty.class);
            boolean always =
                    field.getName().equals("apiVersion") || field.getName().equals("kind");
            if (name != null && (always || random.nextInt(10) < outOfTen)) {
                tree.set(name.value(), value(random, field.getGenericType(), outOfTen));
            }
        }
        return tree;
    }

    private static JsonNode value(Random random, Type type, int outOfTen) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                ArrayNode list = NODES.arrayNode();
                for (int i = 0; i <= random.nextInt(2); i++) {
                    list.add(value(random, arguments[0], outOfTen));
                }
                return list;
            }
            ObjectNode map = NODES.objectNode();
            for (int i = 0; i <= random.nextInt(2); i++) {
                map.set("key-" + random.nextInt(100), value(random, arguments[1], outOfTen));
            }
            return map;
        }
        return plain(random, (Class<?>) type, outOfTen);
    }

    private static JsonNode plain(Random random, Class<?> type, int outOfTen) {
        if (type == String.class) {
            return NODES.stringNode("text-" + random.nextInt(1000));
        } else if (type == Integer.class) {
            return NODES.numberNode(random.nextInt());
        } else if (type == Long.class) {
            return NODES.numberNode((long) random.nextInt());
        } else if (type == Boolean.class) {
            return NODES.booleanNode(random.nextBoolean());
        } else if (type == Quantity.class) {
            return NODES.stringNode(
                    random.nextInt(1000) + List.of("", "m", "Mi", "k").get(random.nextInt(4)));
        } else if (type == IntOrString.class) {
            return random.nextBoolean() ? NODES.numberNode(random.nextInt(9999)) : NODES.stringNode("http");
        }
        return object(random, type, outOfTen);
    }
}
