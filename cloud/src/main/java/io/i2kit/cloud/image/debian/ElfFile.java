package io.i2kit.cloud.image.debian;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a 64-bit little-endian ELF file needs to run (System V ABI, chapters 4 and 5), and a kernel module's own words.
 *
 * @param interpreter the dynamic loader's path, or empty
 * @param needed names of shared libraries
 * @param soname the name that others need it by, or empty
 * @param modinfo {@code key=value} strings of a kernel module
 */
record ElfFile(String interpreter, List<String> needed, String soname, List<String> modinfo) {
    private static final int PROGRAM_DYNAMIC = 2;
    private static final int PROGRAM_INTERPRETER = 3;
    private static final int PROGRAM_LOAD = 1;
    private static final long TAG_NEEDED = 1;
    private static final long TAG_STRINGS = 5;
    private static final long TAG_SONAME = 14;

    /** Empty when the bytes are no such ELF file. */
    static Optional<ElfFile> parse(byte[] bytes) throws IOException {
        if (bytes.length < 64
                || bytes[0] != 0x7f
                || bytes[1] != 'E'
                || bytes[2] != 'L'
                || bytes[3] != 'F'
                || bytes[4] != 2
                || bytes[5] != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Parser(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)).parse());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException("damaged ELF file", e);
        }
    }

    private record Part(long type, int offset, long address, int size) {}

    private record Parser(ByteBuffer file) {
        ElfFile parse() {
            List<Part> parts = programHeaders();
            String interpreter = "";
            List<String> needed = new ArrayList<>();
            String soname = "";
            for (Part part : parts) {
                if (part.type() == PROGRAM_INTERPRETER) {
                    interpreter = string(part.offset());
                } else if (part.type() == PROGRAM_DYNAMIC) {
                    int strings = offsetOf(parts, tag(part, TAG_STRINGS));
                    for (int at = part.offset(); at < part.offset() + part.size(); at += 16) {
                        if (file.getLong(at) == TAG_NEEDED) {
                            needed.add(string(strings + (int) file.getLong(at + 8)));
                        } else if (file.getLong(at) == TAG_SONAME) {
                            soname = string(strings + (int) file.getLong(at + 8));
                        }
                    }
                }
            }
            return new ElfFile(interpreter, List.copyOf(needed), soname, modinfo());
        }

        private List<Part> programHeaders() {
            List<Part> parts = new ArrayList<>();
            int at = (int) file.getLong(32);
            int size = file.getShort(54);
            for (int i = 0; i < file.getShort(56); i++, at += size) {
                parts.add(new Part(file.getInt(at), (int) file.getLong(at + 8), file.getLong(at + 16), (int)
                        file.getLong(at + 32)));
            }
            return parts;
        }

        private long tag(Part dynamic, long tag) {
            for (int at = dynamic.offset(); at < dynamic.offset() + dynamic.size(); at += 16) {
                if (file.getLong(at) == tag) {
                    return file.getLong(at + 8);
                }
            }
            return 0;
        }

        /** Dynamic entries hold addresses; the load segments say where those are in the file. */
        private static int offsetOf(List<Part> parts, long address) {
            for (Part part : parts) {
                if (part.type() == PROGRAM_LOAD
                        && address >= part.address()
                        && address < part.address() + part.size()) {
                    return (int) (address - part.address()) + part.offset();
                }
            }
            return (int) address;
        }

        private List<String> modinfo() {
            int headers = (int) file.getLong(40);
            int size = file.getShort(58);
            int count = file.getShort(60);
            if (headers == 0 || count == 0) {
                return List.of();
            }
            int names = (int) file.getLong(headers + file.getShort(62) * size + 24);
            for (int i = 0, at = headers; i < count; i++, at += size) {
                if (string(names + file.getInt(at)).equals(".modinfo")) {
                    int offset = (int) file.getLong(at + 24);
                    byte[] section = new byte[(int) file.getLong(at + 32)];
                    file.get(offset, section);
                    return List.of(new String(section, StandardCharsets.UTF_8).split("\0+"));
                }
            }
            return List.of();
        }

        private String string(int offset) {
            int end = offset;
            while (file.get(end) != 0) {
                end++;
            }
            byte[] bytes = new byte[end - offset];
            file.get(offset, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
