package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.registry.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Broken objects of every kind are refused or taken, never an internal error. Replay: {@code -Di2kit.seed=…}. */
class KindFuzzTest {
    /** {@code -Di2kit.mutations=…} makes a longer run of it. */
    private static final int MUTATIONS = Integer.getInteger("i2kit.mutations", 60);

    private static final long SEED = Long.getLong("i2kit.seed", System.nanoTime());

    private static final String[] VALUES = {
        "null", "{}", "[]", "\"\"", "0", "-1", "\"x\"", "\"é/ %\"", "true", "[null]", "{\"\":null}", "9999999999999"
    };

    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> good() {
        return SampleObjects.LINES.stream();
    }

    @ParameterizedTest
    @MethodSource("good")
    void brokenObjectsAreNoInternalErrors(String line) {
        String path = SampleObjects.path(line) + "?dryRun=All&fieldValidation=Ignore";
        ObjectNode good = SampleObjects.object(line);
        Reply first = client.post(path, good.toString());
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode broken = good.deepCopy();
            mutate(broken, random);
            requireNoInternalError(client.post(path, broken.toString()), "POST", broken);
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void brokenChangesAreNoInternalErrors(String line) {
        String collection = SampleObjects.path(line);
        ObjectNode good = SampleObjects.object(line);
        Reply stored = client.post(collection, good.toString());
        assertThat(stored.status()).as(stored.text()).isIn(201, 409);
        String path = collection + "/" + good.at("/metadata/name").asString("");
        Reply present = client.get(path);
        good.put("apiVersion", present.at("/apiVersion")).put("kind", present.at("/kind"));
        String options = path + "?dryRun=All&fieldValidation=Ignore";
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode broken = good.deepCopy();
            mutate(broken, random);
            byte[] body = Json.bytes(broken);
            requireNoInternalError(client.put(options, broken.toString()), "PUT", broken);
            for (String type : List.of("merge-patch+json", "strategic-merge-patch+json", "apply-patch+yaml")) {
                String manager = type.startsWith("apply") ? "&fieldManager=m&force=true" : "";
                Reply reply = client.send("PATCH", options + manager, body, "Content-Type", "application/" + type);
                requireNoInternalError(reply, type, broken);
            }
        }
    }

    private static void requireNoInternalError(Reply reply, String what, JsonNode broken) {
        assertThat(reply.status())
                .as("seed %d: %s of %s answered %s", SEED, what, broken, reply.text())
                .isBetween(200, 499);
    }

    /** Replaces one value somewhere, or drops it. */
    private static void mutate(JsonNode tree, Random random) {
        List<Runnable> places = new ArrayList<>();
        String text = VALUES[random.nextInt(VALUES.length)];
        boolean drops = random.nextInt(4) == 0;
        collect(tree, drops, text, places);
        places.get(random.nextInt(places.size())).run();
    }

    private static void collect(JsonNode tree, boolean drops, String text, List<Runnable> places) {
        JsonNode value = Json.MAPPER.readTree(text);
        if (tree instanceof ObjectNode object) {
            for (String field : List.copyOf(object.propertyNames())) {
                if (!field.equals("name") || places.size() % 2 == 0) {
                    places.add(drops ? () -> object.remove(field) : () -> object.set(field, value));
                }
                collect(object.path(field), drops, text, places);
            }
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                places.add(drops ? () -> array.remove(at) : () -> array.set(at, value));
                collect(array.path(i), drops, text, places);
            }
        }
    }
}
