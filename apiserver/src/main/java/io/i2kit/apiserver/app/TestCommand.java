package io.i2kit.apiserver.app;

import picocli.CommandLine.Command;

/** {@code i2kit test}: listed here for the help; the launcher runs it, since it needs the sources and Maven. */
@Command(
        name = "test",
        description = "Run the tests, real machines included (--all: the exhaustive ones too).",
        mixinStandardHelpOptions = true)
final class TestCommand implements Runnable {
    @Override
    public void run() {
        throw new UserError("tests are run by the launcher in the source folder: ./i2kit test [--all]");
    }
}
