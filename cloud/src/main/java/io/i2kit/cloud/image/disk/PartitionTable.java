package io.i2kit.cloud.image.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A GUID partition table with one EFI system partition: protective MBR, primary and backup table (UEFI specification 2.10, chapter
 * 5). On a larger volume the backup lies before the volume's end, which firmware and kernel accept.
 */
final class PartitionTable {
    private static final int SECTORS_PER_MEBIBYTE = (1 << 20) / Sectors.BYTES;
    private static final long FIRST_SECTOR = SECTORS_PER_MEBIBYTE;

    private static final int ENTRIES = 128;
    private static final int ENTRY_BYTES = 128;
    private static final int ENTRIES_BYTES = ENTRIES * ENTRY_BYTES;
    private static final int ENTRIES_SECTORS = ENTRIES_BYTES / Sectors.BYTES;
    private static final int HEADER_BYTES = 92;
    private static final int HEADER_CHECKSUM = 16;
    private static final int REVISION = 0x0001_0000;

    /** Of an EFI system partition (table 5.7). */
    private static final UUID TYPE = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    private static final String NAME = "EFI system partition";
    private static final int NAME_OFFSET = 56;

    private static final int MBR_PARTITION = 446;
    private static final int MBR_SIGNATURE = 510;
    private static final int PROTECTIVE = 0xee;

    private final long partitionSectors;
    private final long diskSectors;

    private PartitionTable(long partitionSectors, long diskSectors) {
        this.partitionSectors = partitionSectors;
        this.diskSectors = diskSectors;
    }

    /** The smallest disk of whole mebibytes for a partition of so many sectors. */
    static PartitionTable of(long partitionSectors) {
        long end = FIRST_SECTOR + partitionSectors + ENTRIES_SECTORS + 1;
        return new PartitionTable(partitionSectors, Sectors.align(end, SECTORS_PER_MEBIBYTE));
    }

    long partitionSector() {
        return FIRST_SECTOR;
    }

    long partitionOffset() {
        return FIRST_SECTOR * Sectors.BYTES;
    }

    /** @param identity 32 bytes; the GUIDs of disk and partition are made of them */
    void writeTo(FileChannel disk, byte[] identity) throws IOException {
        ByteBuffer entries = entries(guid(identity, 16));
        long last = diskSectors - 1;
        UUID diskGuid = guid(identity, 0);
        Sectors.write(disk, 0, protectiveMbr());
        Sectors.write(disk, Sectors.BYTES, header(1, last, 2, entries, diskGuid));
        Sectors.write(disk, 2L * Sectors.BYTES, entries);
        long backup = last - ENTRIES_SECTORS;
        Sectors.write(disk, backup * Sectors.BYTES, entries);
        Sectors.write(disk, last * Sectors.BYTES, header(last, 1, backup, entries, diskGuid));
    }

    private ByteBuffer protectiveMbr() {
        ByteBuffer sector = Sectors.allocate(Sectors.BYTES);
        sector.position(MBR_PARTITION);
        // Not bootable, from cylinder 0, head 0, sector 2 to the last that can be said.
        sector.put((byte) 0).put(new byte[] {0, 2, 0});
        sector.put((byte) PROTECTIVE).put(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
        sector.putInt(1).putInt((int) Math.min(diskSectors - 1, 0xffff_ffffL));
        sector.putShort(MBR_SIGNATURE, (short) 0xaa55);
        return sector;
    }

    private ByteBuffer entries(UUID unique) {
        ByteBuffer entries = Sectors.allocate(ENTRIES_BYTES);
        put(entries, TYPE);
        put(entries, unique);
        entries.putLong(FIRST_SECTOR).putLong(FIRST_SECTOR + partitionSectors - 1);
        entries.position(NAME_OFFSET);
        entries.put(NAME.getBytes(StandardCharsets.UTF_16LE));
        return entries;
    }

    private ByteBuffer header(long here, long other, long entriesAt, ByteBuffer entries, UUID diskGuid) {
        ByteBuffer header = Sectors.allocate(Sectors.BYTES);
        header.put("EFI PART".getBytes(StandardCharsets.US_ASCII)).putInt(REVISION);
        header.putInt(HEADER_BYTES).putInt(0).putInt(0);
        header.putLong(here).putLong(other);
        header.putLong(2 + ENTRIES_SECTORS).putLong(diskSectors - 2 - ENTRIES_SECTORS);
        put(header, diskGuid);
        header.putLong(entriesAt).putInt(ENTRIES).putInt(ENTRY_BYTES).putInt(checksum(entries.array()));
        header.putInt(HEADER_CHECKSUM, checksum(Arrays.copyOf(header.array(), HEADER_BYTES)));
        return header;
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** A random-like GUID, by RFC 9562 of version 8: made of a hash. */
    private static UUID guid(byte[] identity, int offset) {
        ByteBuffer bytes = ByteBuffer.wrap(identity, offset, 16);
        long high = bytes.getLong() & ~0xf000L | 0x8000L;
        long low = bytes.getLong() & ~(0xc0L << 56) | 0x80L << 56;
        return new UUID(high, low);
    }

    /** The first three parts of a GUID are little-endian numbers (appendix A). */
    private static void put(ByteBuffer target, UUID guid) {
        long high = guid.getMostSignificantBits();
        target.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        target.putLong(Long.reverseBytes(guid.getLeastSignificantBits()));
    }
}
