package io.i2kit.apiserver.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code i2kit version}. */
@Command(name = "version", description = "Print the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
    /** The Kubernetes version that the API follows. */
    static final String KUBERNETES = "v1.37.2";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        for (String line : new Provider().getVersion()) {
            spec.commandLine().getOut().println(line);
        }
    }

    /** Also answers {@code --version}. */
    static final class Provider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String own = VersionCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "i2kit " + (own == null ? "(from source)" : own),
                "Kubernetes API " + KUBERNETES,
                "Java " + Runtime.version()
            };
        }
    }
}
