package io.i2kit.apiserver.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "i2kit",
        description = "A Kubernetes API whose Pods are LinuxKit virtual machines.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            CloudCommand.class,
            AwsCommand.class,
            BuildCommand.class,
            ImageCommand.class,
            TestCommand.class,
            TrainCommand.class,
            VersionCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler(Main::explain);
        return line;
    }

    /** Errors that a user can mend are one line; others carry their trace. */
    private static int explain(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        if (error instanceof UserError) {
            command.getErr().println("i2kit: " + error.getMessage());
        } else {
            error.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
