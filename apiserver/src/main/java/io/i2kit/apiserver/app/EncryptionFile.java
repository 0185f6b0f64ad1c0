package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.Encryption;
import io.i2kit.apiserver.storage.Encryption.Key;
import io.i2kit.apiserver.storage.Encryption.Rule;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads kube-apiserver's {@code EncryptionConfiguration} ({@code apiserver.config.k8s.io/v1}), as YAML or JSON. To change a key,
 * put the new one first and start the server, which encrypts everything anew; then the old one can go.
 */
final class EncryptionFile {
    private static final String API_VERSION = "apiserver.config.k8s.io/v1";
    private static final String KIND = "EncryptionConfiguration";
    private static final int KEY_BYTES = 32;

    private EncryptionFile() {}

    /** The data folder's own configuration, made when there is none: Secrets encrypted with a key of this folder. */
    static Path ofFolder(DataFolder data) {
        Path file = data.root().resolve("encryption.json");
        if (!Files.exists(file)) {
            try {
                write(file);
            } catch (IOException e) {
                throw new UserError("the key file " + file + " cannot be made: " + e.getMessage(), e);
            }
        }
        return file;
    }

    /** @throws UserError when the file cannot be read, or says what i2kit does not do */
    /** @param given by the user, or null for the data folder's own, which is made where there is none */
    static AtRest read(@Nullable Path given, DataFolder data) {
        return read(given == null ? ofFolder(data) : given);
    }

    static AtRest read(Path file) {
        try {
            return of(parse(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UserError("the encryption configuration " + file + " cannot be read: " + e.getMessage(), e);
        } catch (ApiException | IllegalArgumentException e) {
            throw new UserError("the encryption configuration " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The data folder's own file is JSON, so that a start need not load the parser of YAML. */
    private static ObjectNode parse(byte[] text) {
        return text.length > 0 && text[0] == '{' ? Json.parseRequest(text) : Yaml.parse(text);
    }

    private static Encryption of(JsonNode configuration) {
        if (!configuration.path("apiVersion").asString("").equals(API_VERSION)
                || !configuration.path("kind").asString("").equals(KIND)) {
            throw new IllegalArgumentException("expected apiVersion " + API_VERSION + " and kind " + KIND);
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : configuration.path("resources")) {
            rules.add(rule(rule, "resources[" + rules.size() + "]"));
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("resources: at least one rule is required");
        }
        return new Encryption(rules);
    }

    private static Rule rule(JsonNode rule, String path) {
        List<String> resources = rule.path("resources")
                .valueStream()
                .map(name -> name.asString(""))
                .toList();
        if (resources.isEmpty() || resources.contains("")) {
            throw new IllegalArgumentException(path + ".resources: names of resources are required");
        }
        List<Key> keys = new ArrayList<>();
        Key writing = null;
        int number = 0;
        for (JsonNode provider : rule.path("providers")) {
            List<Key> more = keys(provider, path + ".providers[" + number + "]");
            if (number == 0 && !more.isEmpty()) {
                writing = more.getFirst();
            }
            keys.addAll(more);
            number++;
        }
        if (number == 0) {
            throw new IllegalArgumentException(path + ".providers: at least one provider is required");
        }
        return new Rule(resources, writing, keys);
    }

    /** None for {@code identity}. */
    private static List<Key> keys(JsonNode provider, String path) {
        List<String> names = List.copyOf(provider.propertyNames());
        if (names.equals(List.of("identity"))) {
            return List.of();
        }
        if (!names.equals(List.of("aesgcm"))) {
            throw new IllegalArgumentException(path
                    + ": i2kit has the providers aesgcm and identity, one an entry, not " + String.join(", ", names));
        }
        List<Key> keys = new ArrayList<>();
        for (JsonNode key : provider.path("aesgcm").path("keys")) {
            String name = key.path("name").asString("");
            try {
                keys.add(Key.of(
                        name, Base64.getDecoder().decode(key.path("secret").asString(""))));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(path + ".aesgcm.keys[" + keys.size() + "]: " + e.getMessage(), e);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(path + ".aesgcm.keys: at least one key is required");
        }
        return keys;
    }

    private static void write(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        byte[] name = new byte[4];
        random.nextBytes(name); // so that a file that was lost and made again does not pretend to have the lost key
        ObjectNode configuration = Json.object();
        configuration.put("apiVersion", API_VERSION);
        configuration.put("kind", KIND);
        ObjectNode rule = configuration.putArray("resources").addObject();
        rule.putArray("resources").add("secrets");
        var providers = rule.putArray("providers");
        providers
                .addObject()
                .putObject("aesgcm")
                .putArray("keys")
                .addObject()
                .put("name", "key-" + HexFormat.of().formatHex(name))
                .put("secret", Base64.getEncoder().encodeToString(secret));
        providers.addObject().putObject("identity");
        Path temporary = Files.createTempFile(
                file.getParent(),
                "encryption",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(temporary, (configuration + "\n").getBytes(StandardCharsets.UTF_8));
        try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true); // what it encrypts must not outlive it
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
