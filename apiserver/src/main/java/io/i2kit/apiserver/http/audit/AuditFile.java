package io.i2kit.apiserver.http.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of lines, readable by its owner only; put aside when it is full. A line is with the system before the call returns. */
final class AuditFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final DateTimeFormatter ASIDE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

    private final AuditOptions options;
    private final InstantSource clock;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable OutputStream out;
    private long size;

    AuditFile(AuditOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
    }

    void line(byte[] line) {
        writing.lock();
        try {
            OutputStream target = out == null ? open() : out;
            if (size > 0 && size + line.length > options.maxBytes()) {
                target.close();
                putAside();
                target = open();
            }
            target.write(line);
            size += line.length;
        } catch (IOException e) {
            LOG.error("The audit log {} cannot be written", options.file(), e);
        } finally {
            writing.unlock();
        }
    }

    private OutputStream open() throws IOException {
        Path file = options.file().toAbsolutePath();
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.size(file);
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.APPEND);
        out = opened;
        return opened;
    }

    private String stem() {
        String name = options.file().getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private void putAside() throws IOException {
        Path file = options.file().toAbsolutePath();
        String name = file.getFileName().toString();
        Path aside =
                file.resolveSibling(stem() + "-" + ASIDE.format(clock.instant()) + name.substring(stem().length()));
        Files.move(file, aside);
        if (options.maxBackups() == 0) {
            return;
        }
        List<Path> backups;
        try (Stream<Path> all = Files.list(file.getParent())) {
            backups = all.filter(path -> path.getFileName().toString().startsWith(stem() + "-"))
                    .sorted(Comparator.reverseOrder())
                    .skip(options.maxBackups())
                    .toList();
        }
        for (Path backup : backups) {
            Files.delete(backup);
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            LOG.warn("The audit log {} cannot be closed", options.file(), e);
        } finally {
            writing.unlock();
        }
    }
}
