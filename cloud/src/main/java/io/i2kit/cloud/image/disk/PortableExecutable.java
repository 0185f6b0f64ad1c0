package io.i2kit.cloud.image.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An EFI program (PE32+, Microsoft's "PE Format") to which sections are appended. Only headers change; a checksum is not kept, as
 * EFI asks for none.
 */
final class PortableExecutable {
    private static final int HEADER_POINTER = 0x3c;
    private static final int SIGNATURE = 0x0000_4550;
    private static final int PE32_PLUS = 0x20b;
    private static final int COFF_BYTES = 24;
    private static final int SECTION_BYTES = 40;
    private static final int NAME_BYTES = 8;

    /** Initialized data that may be read. */
    private static final int DATA = 0x4000_0040;

    /** Kernel and firmware like pages, whatever smaller alignment the stub's own sections have. */
    private static final int PAGE = 4096;

    /** Fields, from the signature on. */
    private static final int MACHINE = 4;

    private static final int SECTION_COUNT = 6;
    private static final int OPTIONAL_SIZE = 20;
    private static final int MAGIC = COFF_BYTES;
    private static final int INITIALIZED_DATA = COFF_BYTES + 8;
    private static final int SECTION_ALIGNMENT = COFF_BYTES + 32;
    private static final int FILE_ALIGNMENT = COFF_BYTES + 36;
    private static final int IMAGE_SIZE = COFF_BYTES + 56;
    private static final int HEADERS_SIZE = COFF_BYTES + 60;
    private static final int CHECKSUM = COFF_BYTES + 64;

    private final ByteBuffer file;
    private final int header;
    private final List<Section> added = new ArrayList<>();
    private long fileEnd;
    private long imageEnd;
    private long dataBytes;

    /** Processors by their number in a header. */
    enum Machine {
        AMD64(0x8664),
        ARM64(0xaa64);

        private final int number;

        Machine(int number) {
            this.number = number;
        }
    }

    /**
     * A section that was added.
     *
     * @param fileOffset where its content belongs in the file
     */
    record Section(String name, long size, long fileOffset) {}

    private PortableExecutable(byte[] program) {
        this.file = ByteBuffer.wrap(program.clone()).order(ByteOrder.LITTLE_ENDIAN);
        this.header = file.getInt(HEADER_POINTER);
    }

    /** @throws IOException when it is no EFI program for the machine */
    static PortableExecutable parse(byte[] program, Machine machine) throws IOException {
        try {
            PortableExecutable parsed = new PortableExecutable(program);
            parsed.check(machine);
            parsed.fileEnd = Sectors.align(program.length, parsed.alignment(FILE_ALIGNMENT));
            parsed.imageEnd = Integer.toUnsignedLong(parsed.get(IMAGE_SIZE));
            return parsed;
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("the EFI stub is cut off", e);
        }
    }

    private void check(Machine machine) throws IOException {
        if (get(0) != SIGNATURE || file.getShort(header + MAGIC) != PE32_PLUS) {
            throw new IOException("the EFI stub is not a PE32+ program");
        }
        int number = Short.toUnsignedInt(file.getShort(header + MACHINE));
        if (number != machine.number) {
            throw new IOException("the EFI stub is for machine 0x%x, not for %s".formatted(number, machine));
        }
    }

    private int get(int field) {
        return file.getInt(header + field);
    }

    private long alignment(int field) throws IOException {
        int alignment = get(field);
        if (Integer.bitCount(alignment) != 1 || alignment > PAGE) {
            throw new IOException("the EFI stub has an alignment of " + alignment);
        }
        return alignment;
    }

    /** Adds a section behind all others; its content is the caller's to write. */
    Section add(String name, long size) throws IOException {
        int count = Short.toUnsignedInt(file.getShort(header + SECTION_COUNT));
        int table = header + COFF_BYTES + Short.toUnsignedInt(file.getShort(header + OPTIONAL_SIZE));
        int at = table + count * SECTION_BYTES;
        if (at + SECTION_BYTES > get(HEADERS_SIZE)) {
            throw new IOException("the EFI stub has no room for a section " + name);
        }
        long rawBytes = Sectors.align(size, alignment(FILE_ALIGNMENT));
        long address = Sectors.align(imageEnd, PAGE);
        if (address + size > 0xffff_ffffL || fileEnd + rawBytes > 0xffff_ffffL) {
            throw new IOException("a boot file of more than 4 GiB is not possible");
        }
        byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
        file.put(at, new byte[SECTION_BYTES]).put(at, letters, 0, Math.min(letters.length, NAME_BYTES));
        file.putInt(at + 8, (int) size).putInt(at + 12, (int) address);
        file.putInt(at + 16, (int) rawBytes).putInt(at + 20, (int) fileEnd).putInt(at + 36, DATA);
        Section section = new Section(name, size, fileEnd);
        added.add(section);
        fileEnd += rawBytes;
        dataBytes += rawBytes;
        imageEnd = Sectors.align(address + size, alignment(SECTION_ALIGNMENT));
        file.putShort(header + SECTION_COUNT, (short) (count + 1));
        return section;
    }

    /** Size of the whole file. */
    long fileSize() {
        return fileEnd;
    }

    /** The program with its new headers, up to where the first added section begins. */
    byte[] start() {
        byte[] start = new byte[(int) added.getFirst().fileOffset()];
        file.putInt(header + IMAGE_SIZE, (int) imageEnd).putInt(header + CHECKSUM, 0);
        System.arraycopy(file.array(), 0, start, 0, file.capacity());
        ByteBuffer changed = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        changed.putInt(header + INITIALIZED_DATA, (int) (get(INITIALIZED_DATA) + dataBytes));
        return start;
    }
}
