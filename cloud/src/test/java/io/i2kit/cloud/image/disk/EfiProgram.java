package io.i2kit.cloud.image.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** PE32+ programs for tests: makes a small one, and reads sections as a loader would. */
final class EfiProgram {
    private static final int HEADERS = 1024;
    private static final int PE = 0x80;
    private static final int OPTIONAL = PE + 24;
    private static final int OPTIONAL_BYTES = 240;
    private static final int TABLE = OPTIONAL + OPTIONAL_BYTES;

    private EfiProgram() {}

    /** A program of one section of code, aligned as systemd's stub is. */
    static byte[] make(int machine) {
        return make(machine, HEADERS);
    }

    static byte[] make(int machine, int headerBytes) {
        ByteBuffer file = ByteBuffer.allocate(HEADERS + 512 + 17).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, PE);
        file.putInt(PE, 0x4550).putShort(PE + 4, (short) machine).putShort(PE + 6, (short) 1);
        file.putShort(PE + 20, (short) OPTIONAL_BYTES).putShort(OPTIONAL, (short) 0x20b);
        file.putInt(OPTIONAL + 32, 512).putInt(OPTIONAL + 36, 512);
        file.putInt(OPTIONAL + 56, 0x5211).putInt(OPTIONAL + 60, headerBytes).putInt(OPTIONAL + 64, 12345);
        file.put(TABLE, ".text".getBytes(StandardCharsets.US_ASCII));
        file.putInt(TABLE + 8, 512)
                .putInt(TABLE + 12, 0x4000)
                .putInt(TABLE + 16, 512)
                .putInt(TABLE + 20, HEADERS);
        return file.array();
    }

    /** A section as a loader sees it. */
    record Section(long address, long size, long rawSize, long fileOffset) {}

    static Map<String, Section> sections(byte[] program) {
        ByteBuffer file = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        int header = file.getInt(0x3c);
        int table = header + 24 + file.getShort(header + 20);
        Map<String, Section> sections = new LinkedHashMap<>();
        for (int i = 0; i < file.getShort(header + 6); i++) {
            int at = table + 40 * i;
            String name = new String(program, at, 8, StandardCharsets.US_ASCII).replace("\0", "");
            sections.put(
                    name,
                    new Section(
                            Integer.toUnsignedLong(file.getInt(at + 12)),
                            Integer.toUnsignedLong(file.getInt(at + 8)),
                            Integer.toUnsignedLong(file.getInt(at + 16)),
                            Integer.toUnsignedLong(file.getInt(at + 20))));
        }
        return sections;
    }

    static long imageSize(byte[] program) {
        ByteBuffer file = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        return Integer.toUnsignedLong(file.getInt(file.getInt(0x3c) + 24 + 56));
    }

    static byte[] content(byte[] program, String section) {
        Section found = sections(program).get(section);
        if (found == null) {
            throw new AssertionError("no section " + section);
        }
        return Arrays.copyOfRange(program, (int) found.fileOffset(), (int) (found.fileOffset() + found.size()));
    }
}
