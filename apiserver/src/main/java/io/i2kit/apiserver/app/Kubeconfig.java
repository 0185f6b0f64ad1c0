package io.i2kit.apiserver.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A kubeconfig with one cluster, user and context of the same name
 * ({@code k8s.io/client-go/tools/clientcmd/api/v1/types.go}).
 *
 * @param name of cluster and context, for example {@code i2kit}; the user is {@code <name>-admin}
 * @param server URL
 * @param ca certificate authority, PEM
 * @param certificate of the client, PEM
 * @param key of the client, PEM
 */
record Kubeconfig(String name, String server, String ca, String certificate, String key) {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Writes a file of its own, readable by its owner only. */
    void write(Path file) {
        ObjectNode root = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Config");
        addTo(root);
        root.put("current-context", name);
        store(file, root);
    }

    /**
     * @param file that {@link #write} made
     * @throws UserError when it cannot be read
     */
    static Kubeconfig read(Path file) {
        try {
            JsonNode root = YAML.readTree(Files.readAllBytes(file));
            JsonNode cluster = root.at("/clusters/0/cluster");
            JsonNode user = root.at("/users/0/user");
            return new Kubeconfig(
                    root.path("current-context").asString(),
                    cluster.path("server").asString(),
                    pem(cluster.path("certificate-authority-data")),
                    pem(user.path("client-certificate-data")),
                    pem(user.path("client-key-data")));
        } catch (IOException | JacksonException e) {
            throw new UserError("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Adds or replaces our entries in somebody's file and leaves everything else, the current context too, unless it had none. */
    void mergeInto(Path file) {
        ObjectNode root = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Config");
        if (Files.exists(file)) {
            try {
                JsonNode there = YAML.readTree(Files.readAllBytes(file));
                if (!there.isMissingNode() && !there.isNull()) {
                    root = there.asObjectOpt()
                            .orElseThrow(() -> new UserError(file + " is not a kubeconfig; nothing was merged"));
                }
            } catch (IOException | JacksonException e) {
                throw new UserError(file + " cannot be read as a kubeconfig, nothing was merged: " + e.getMessage(), e);
            }
        }
        addTo(root);
        if (root.path("current-context").asString("").isEmpty()) {
            root.put("current-context", name);
        }
        store(file, root);
    }

    private void addTo(ObjectNode root) {
        put(root, "clusters", name, "cluster").put("server", server).put("certificate-authority-data", base64(ca));
        put(root, "users", name + "-admin", "user")
                .put("client-certificate-data", base64(certificate))
                .put("client-key-data", base64(key));
        put(root, "contexts", name, "context").put("cluster", name).put("user", name + "-admin");
    }

    /** The body of a new entry of a named list, in place of an older one of the same name. */
    private static ObjectNode put(ObjectNode root, String list, String name, String body) {
        ArrayNode entries = root.path(list).isArray() ? (ArrayNode) root.get(list) : root.putArray(list);
        entries.removeIf(entry -> entry.path("name").asString("").equals(name));
        return entries.addObject().put("name", name).putObject(body);
    }

    private static String pem(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asString()), StandardCharsets.UTF_8);
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    private static void store(Path file, ObjectNode root) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(
                    folder,
                    ".kubeconfig",
                    null,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, YAML.writeValueAsString(root));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UserError("the kubeconfig " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
