package io.i2kit.apiserver.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How this program starts itself again: by its launcher, which knows the JVM and its flags. */
final class Self {
    private Self() {}

    /** The source or installation folder, as the launcher tells it. */
    static Path home() {
        @Nullable String home = System.getenv("I2KIT_HOME");
        if (home == null) {
            throw new UserError("I2KIT_HOME is not set: start i2kit by its launcher, ./i2kit");
        }
        return Path.of(home);
    }

    /** The command line of {@code i2kit} with these arguments. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(home().resolve("i2kit").toString());
        command.addAll(arguments);
        return command;
    }

    /** A builder of that command that does not look for newer sources again. */
    static ProcessBuilder process(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(List.of(arguments)));
        builder.environment().put("I2KIT_NO_BUILD", "1");
        return builder;
    }
}
