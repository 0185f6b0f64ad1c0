package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.registry.Json;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /version}: the Kubernetes release whose API this server speaks, exactly, since clients compare it with their own
 * ({@code --match-server-version}); {@code compiler} and {@code goVersion} tell that it is not that release's program.
 */
final class VersionInfo {
    private static final String MAJOR = "1";
    private static final String MINOR = "37";
    static final String GIT_VERSION = "v1.37.2";

    private VersionInfo() {}

    static Answer answer() {
        ObjectNode version = Json.object();
        version.put("major", MAJOR);
        version.put("minor", MINOR);
        version.put("emulationMajor", MAJOR);
        version.put("emulationMinor", MINOR);
        version.put("gitVersion", GIT_VERSION);
        version.put("gitCommit", "");
        version.put("gitTreeState", "clean");
        version.put("buildDate", "1970-01-01T00:00:00Z");
        version.put("goVersion", "java" + Runtime.version().feature());
        version.put("compiler", "javac");
        version.put("platform", System.getProperty("os.name", "").toLowerCase(Locale.ROOT) + "/" + architecture());
        return new Answer.Whole(200, "application/json", Json.bytes(version));
    }

    private static String architecture() {
        String name = System.getProperty("os.arch", "");
        return name.equals("aarch64") ? "arm64" : name;
    }
}
