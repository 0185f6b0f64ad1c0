package io.i2kit.cloud.aws.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far an upload is, so that a server which starts again goes on: a file of lines {@code snapshot ID},
 * {@code block INDEX HASH}, each written after the fact, and {@code token} and {@code completing}, written before. A line that a crash cut off counts
 * as not there. It only saves work: a block written twice is the same block.
 */
final class UploadJournal {
    private final Path file;
    private final Map<Integer, String> blocks = new HashMap<>();
    private String token;
    private @Nullable String snapshotId;
    private boolean completing;

    private UploadJournal(Path file, String token) {
        this.file = file;
        this.token = token;
    }

    /**
     * Reads the journal of an upload, or begins one.
     *
     * @param directory created when missing
     * @param name of the image
     */
    static UploadJournal open(Path directory, String name) throws IOException {
        Path file = Files.createDirectories(directory).resolve(name);
        if (Files.exists(file)) {
            UploadJournal journal = new UploadJournal(file, "");
            journal.read(Files.readString(file));
            if (!journal.token.isEmpty()) {
                return journal;
            }
        }
        UploadJournal journal = new UploadJournal(file, "");
        journal.startOver();
        return journal;
    }

    private void read(String text) {
        int whole = text.lastIndexOf('\n');
        for (String line : text.substring(0, Math.max(0, whole)).split("\n")) {
            String[] words = line.split(" ");
            switch (words.length + " " + words[0]) {
                case "2 token" -> token = words[1];
                case "2 snapshot" -> snapshotId = words[1];
                case "1 completing" -> completing = true;
                case "3 block" -> blocks.put(Integer.parseInt(words[1]), words[2]);
                // Something else wrote here; a block too few is only work.
                default -> {}
            }
        }
    }

    /** Forgets all: the next snapshot is another one. */
    synchronized void startOver() throws IOException {
        blocks.clear();
        snapshotId = null;
        completing = false;
        token = UUID.randomUUID().toString();
        Files.writeString(file, "token " + token + "\n");
    }

    /** Of the call that starts the snapshot. */
    synchronized String token() {
        return token;
    }

    synchronized @Nullable String snapshotId() {
        return snapshotId;
    }

    /** Another snapshot's blocks are forgotten. */
    synchronized void started(String id) throws IOException {
        if (!id.equals(snapshotId)) {
            if (snapshotId != null) {
                startOver();
            }
            snapshotId = id;
            append("snapshot " + id);
        }
    }

    synchronized boolean isWritten(int index, String hash) {
        return hash.equals(blocks.get(index));
    }

    synchronized void written(int index, String hash) throws IOException {
        blocks.put(index, hash);
        append("block " + index + " " + hash);
    }

    /** From here on the snapshot may take no more blocks. */
    synchronized void completing() throws IOException {
        if (!completing) {
            completing = true;
            append("completing");
        }
    }

    synchronized boolean isCompleting() {
        return completing;
    }

    private void append(String line) throws IOException {
        Files.write(file, List.of(line), StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
    }

    /** The upload is over. */
    synchronized void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
