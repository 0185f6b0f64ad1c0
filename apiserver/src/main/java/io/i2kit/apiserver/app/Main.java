package io.i2kit.apiserver.app;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicReference;
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
        AtomicReference<UpCommand> server = new AtomicReference<>();
        int exit = execute(args, server);
        UpCommand up = server.get();
        System.exit(up == null ? exit : serve(up));
    }

    /**
     * @param server for the command that serves, which is not run here: the parser's model of all commands is a megabyte, and a
     *     server would hold it for as long as it runs
     */
    private static int execute(String[] args, AtomicReference<UpCommand> server) {
        CommandLine line = commandLine();
        line.setExecutionStrategy(parsed -> {
            Integer help = CommandLine.executeHelpRequest(parsed);
            if (help != null) {
                return help;
            }
            if (parsed.asCommandLineList().getLast().getCommandSpec().userObject() instanceof UpCommand up) {
                server.set(up);
                return CommandLine.ExitCode.OK;
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        return line.execute(args);
    }

    private static int serve(UpCommand up) {
        try {
            return up.call();
        } catch (InterruptedException | RuntimeException e) {
            return explain(e, new PrintWriter(System.err, true, System.err.charset()));
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((error, command, parsed) -> explain(error, command.getErr()));
        return line;
    }

    /** Errors that a user can mend are one line; others carry their trace. */
    private static int explain(Exception error, PrintWriter err) {
        if (error instanceof UserError) {
            err.println("i2kit: " + error.getMessage());
        } else {
            error.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
