package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks apt, with a state of its own: nothing counts as installed, nothing of the system is locked, written or needs root. The
 * sources and their keys are the system's.
 */
public final class Apt {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern URI_LINE = Pattern.compile("'[^']*' ([^ _]+)_([^ _]+)_[^ _]+\\.deb .*");
    private static final int MESSAGE_LINES = 4;

    private final Path state;
    private final Architecture architecture;

    /**
     * @param state directory for package lists and archives, created when missing; another one for each architecture
     * @param architecture of the packages; it need not be the host's
     */
    public Apt(Path state, Architecture architecture) throws IOException {
        this.state = state;
        this.architecture = architecture;
        Files.createDirectories(state.resolve("lists").resolve("partial"));
        Files.createDirectories(state.resolve("archives").resolve("partial"));
        Path status = state.resolve("status");
        if (!Files.exists(status)) {
            DurableFiles.replace(status, new byte[0]);
        }
    }

    /** Reads the archive's indexes anew. */
    public void update() throws IOException {
        run(List.of("apt-get", "update"), state);
    }

    /** Whether the indexes have been read at all. */
    public boolean hasLists() throws IOException {
        try (Stream<Path> lists = Files.list(state.resolve("lists"))) {
            return lists.anyMatch(list -> list.getFileName().toString().contains("_Packages"));
        }
    }

    /**
     * The packages that installing these would bring, with their versions, dependencies first.
     *
     * @throws IOException with apt's words when one does not exist or does not fit
     */
    public List<DebianPackage> resolve(List<String> packages) throws IOException {
        List<String> command = new ArrayList<>(List.of("apt-get", "--print-uris", "-y", "-d", "install"));
        command.addAll(packages);
        List<DebianPackage> all = new ArrayList<>();
        for (String line : run(command, state)) {
            Matcher matcher = URI_LINE.matcher(line);
            if (matcher.matches()) {
                // File names escape the colon of an epoch.
                String version = URLDecoder.decode(matcher.group(2).replace("+", "%2B"), StandardCharsets.UTF_8);
                all.add(new DebianPackage(matcher.group(1), version));
            }
        }
        return all;
    }

    /** The version that a meta package's only dependency has: the kernel's real package. */
    public String onlyDependency(String metaPackage) throws IOException {
        return run(List.of("apt-cache", "depends", "--important", metaPackage), state).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("Depends: "))
                .map(line -> line.substring("Depends: ".length()))
                .findFirst()
                .orElseThrow(() -> new IOException("package " + metaPackage + " depends on nothing"));
    }

    /** The newest version of a package that the archive has. */
    public DebianPackage candidate(String name) throws IOException {
        return run(List.of("apt-cache", "madison", name), state).stream()
                .map(line -> line.split("\\|"))
                .filter(columns -> columns.length >= 2)
                .map(columns -> new DebianPackage(name, columns[1].strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("E: Unable to locate package " + name));
    }

    /** Downloads exactly these versions into a directory. */
    public void download(List<DebianPackage> packages, Path into) throws IOException {
        List<String> command = new ArrayList<>(List.of("apt-get", "download"));
        packages.forEach(one -> command.add(one.pinned()));
        run(command, into);
    }

    private List<String> options() {
        return List.of(
                "-q",
                "-o",
                "APT::Architecture=" + architecture.ociName(),
                "-o",
                "APT::Architectures=" + architecture.ociName(),
                "-o",
                "Dir::State=" + state,
                "-o",
                "Dir::State::status=" + state.resolve("status"),
                "-o",
                "Dir::State::lists=" + state.resolve("lists"),
                "-o",
                "Dir::Cache=" + state,
                "-o",
                "Dir::Cache::archives=" + state.resolve("archives"),
                "-o",
                "Debug::NoLocking=1",
                "-o",
                "APT::Sandbox::User=",
                "-o",
                "APT::Install-Recommends=0",
                "-o",
                "Acquire::Retries=3",
                "-o",
                "Acquire::Languages=none");
    }

    private List<String> run(List<String> command, Path directory) throws IOException {
        List<String> line = new ArrayList<>(List.of(command.getFirst()));
        line.addAll(options());
        line.addAll(command.subList(1, command.size()));
        Path output = Files.createTempFile(state, "apt-", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(Map.of("LC_ALL", "C", "DEBIAN_FRONTEND", "noninteractive"));
            await(start(builder), command, output);
            return Files.readAllLines(output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("apt is needed to fetch Debian packages and is not installed on this host", e);
        }
    }

    private static void await(Process process, List<String> command, Path output) throws IOException {
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + TIMEOUT.toMinutes() + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            List<String> errors = Files.readAllLines(output).stream()
                    .filter(text -> text.startsWith("E:"))
                    .limit(MESSAGE_LINES)
                    .toList();
            throw new IOException(errors.isEmpty() ? String.join(" ", command) + " failed" : String.join("; ", errors));
        }
    }
}
