package io.i2kit.cloud.image.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A FAT32 volume that holds one file, by Microsoft's "FAT32 File System Specification" 1.03. The file lies in one piece, so that its
 * place is known before its content is. All times are FAT's first, 1 January 1980.
 */
final class Fat32Volume {
    private static final int RESERVED_SECTORS = 32;
    private static final int TABLES = 2;
    private static final int ENTRY_BYTES = 4;
    private static final int FIRST_CLUSTER = 2;
    private static final int MAX_SECTORS_PER_CLUSTER = 8;

    /** With fewer than 65,525 clusters a volume counts as FAT16; the specification advises to stay 16 away from that. */
    private static final long MIN_CLUSTERS = 65_525 + 16;

    /** Sizes are numbers of 32 bits. */
    private static final long MAX_FILE_BYTES = 0xffff_ffffL;

    private static final int SECTORS_PER_MEBIBYTE = (1 << 20) / Sectors.BYTES;

    private static final int END_OF_CHAIN = 0x0fff_ffff;
    private static final int MEDIA = 0xf8;
    private static final int INFO_SECTOR = 1;
    private static final int BACKUP_SECTOR = 6;
    private static final int SIGNATURE_OFFSET = 510;
    private static final short SIGNATURE = (short) 0xaa55;
    private static final String LABEL = "I2KIT      ";

    private static final int DIRECTORY_ENTRY = 32;
    private static final byte ARCHIVE = 0x20;
    private static final byte DIRECTORY = 0x10;
    private static final byte VOLUME_LABEL = 0x08;
    private static final short FIRST_DAY = 0x0021;

    private final List<String> path;
    private final long fileBytes;
    private final int sectorsPerCluster;
    private final long clusters;
    private final long tableSectors;
    private final long sectors;

    private Fat32Volume(List<String> path, long fileBytes, int sectorsPerCluster) {
        this.path = path;
        this.fileBytes = fileBytes;
        this.sectorsPerCluster = sectorsPerCluster;
        long needed = Math.max(neededClusters(path, fileBytes, sectorsPerCluster), MIN_CLUSTERS);
        long neededTable = tableSectors(needed);
        this.sectors = Sectors.align(
                RESERVED_SECTORS + TABLES * neededTable + needed * sectorsPerCluster, SECTORS_PER_MEBIBYTE);
        // What the rounding adds is used too; tables for it may take a sector or two of it.
        this.tableSectors = tableSectors((sectors - RESERVED_SECTORS) / sectorsPerCluster);
        this.clusters = (sectors - RESERVED_SECTORS - TABLES * tableSectors) / sectorsPerCluster;
    }

    /**
     * The smallest volume of whole mebibytes.
     *
     * @param path of the file: names of at most 8 letters, and 3 after the last one's point, in upper case
     * @throws IOException when the file is too large for FAT
     */
    static Fat32Volume holding(List<String> path, long fileBytes) throws IOException {
        if (fileBytes > MAX_FILE_BYTES) {
            throw new IOException("the boot file has " + fileBytes + " bytes; FAT32 holds at most 4 GiB less one byte");
        }
        int sectorsPerCluster = MAX_SECTORS_PER_CLUSTER;
        while (sectorsPerCluster > 1 && neededClusters(path, fileBytes, sectorsPerCluster) < MIN_CLUSTERS) {
            sectorsPerCluster /= 2;
        }
        return new Fat32Volume(path, fileBytes, sectorsPerCluster);
    }

    private static long neededClusters(List<String> path, long fileBytes, int sectorsPerCluster) {
        return path.size() + Math.ceilDiv(fileBytes, (long) sectorsPerCluster * Sectors.BYTES);
    }

    private static long tableSectors(long clusters) {
        return Math.ceilDiv((clusters + FIRST_CLUSTER) * ENTRY_BYTES, Sectors.BYTES);
    }

    long sectors() {
        return sectors;
    }

    /** Where in the volume the file's content is. */
    long contentOffset() {
        return clusterOffset(fileCluster());
    }

    /** The root is the first cluster, each directory of the path the next. */
    private int fileCluster() {
        return FIRST_CLUSTER + path.size();
    }

    private long clusterOffset(int cluster) {
        long first = RESERVED_SECTORS + TABLES * tableSectors;
        return (first + (long) (cluster - FIRST_CLUSTER) * sectorsPerCluster) * Sectors.BYTES;
    }

    private long fileClusters() {
        return Math.ceilDiv(fileBytes, (long) sectorsPerCluster * Sectors.BYTES);
    }

    /**
     * Writes all but the file's content; what is zero is left out.
     *
     * @param offset of the volume on the disk
     * @param hiddenSectors before the volume
     * @param identity its first four bytes become the serial number
     */
    void writeTo(FileChannel disk, long offset, long hiddenSectors, byte[] identity) throws IOException {
        ByteBuffer boot = bootSector(hiddenSectors, identity);
        ByteBuffer info = infoSector();
        for (int copy : new int[] {0, BACKUP_SECTOR}) {
            Sectors.write(disk, offset + (long) copy * Sectors.BYTES, boot);
            Sectors.write(disk, offset + (long) (copy + INFO_SECTOR) * Sectors.BYTES, info);
        }
        ByteBuffer table = table();
        for (int copy = 0; copy < TABLES; copy++) {
            Sectors.write(disk, offset + (RESERVED_SECTORS + copy * tableSectors) * Sectors.BYTES, table);
        }
        for (int depth = 0; depth < path.size(); depth++) {
            Sectors.write(disk, offset + clusterOffset(FIRST_CLUSTER + depth), directory(depth));
        }
    }

    private ByteBuffer bootSector(long hiddenSectors, byte[] identity) {
        ByteBuffer sector = Sectors.allocate(Sectors.BYTES);
        sector.put(new byte[] {(byte) 0xeb, 0x58, (byte) 0x90}).put(ascii("I2KIT   "));
        sector.putShort((short) Sectors.BYTES).put((byte) sectorsPerCluster);
        sector.putShort((short) RESERVED_SECTORS).put((byte) TABLES);
        // No entries in a fixed root, no small sector count.
        sector.putShort((short) 0).putShort((short) 0).put((byte) MEDIA).putShort((short) 0);
        // A geometry that nobody uses: 63 sectors, 255 heads.
        sector.putShort((short) 63).putShort((short) 255);
        sector.putInt((int) hiddenSectors).putInt((int) sectors).putInt((int) tableSectors);
        // Both tables are kept, version 0.
        sector.putShort((short) 0).putShort((short) 0).putInt(FIRST_CLUSTER);
        sector.putShort((short) INFO_SECTOR).putShort((short) BACKUP_SECTOR).put(new byte[12]);
        sector.put((byte) 0x80).put((byte) 0).put((byte) 0x29).put(identity, 0, 4);
        sector.put(ascii(LABEL)).put(ascii("FAT32   "));
        return sector.putShort(SIGNATURE_OFFSET, SIGNATURE);
    }

    private ByteBuffer infoSector() {
        ByteBuffer sector = Sectors.allocate(Sectors.BYTES);
        long used = path.size() + fileClusters();
        sector.putInt(0, 0x4161_5252).putInt(484, 0x6141_7272);
        sector.putInt(488, (int) (clusters - used)).putInt(492, (int) (FIRST_CLUSTER + used));
        return sector.putShort(SIGNATURE_OFFSET, SIGNATURE);
    }

    /** The used part of the allocation table. */
    private ByteBuffer table() {
        long used = path.size() + fileClusters();
        ByteBuffer table = Sectors.allocate((int) ((FIRST_CLUSTER + used) * ENTRY_BYTES));
        table.putInt(0x0fff_ff00 | MEDIA).putInt(END_OF_CHAIN);
        path.forEach(directory -> table.putInt(END_OF_CHAIN));
        long last = fileCluster() + fileClusters() - 1;
        for (long cluster = fileCluster(); cluster <= last; cluster++) {
            table.putInt(cluster == last ? END_OF_CHAIN : (int) cluster + 1);
        }
        return table;
    }

    private ByteBuffer directory(int depth) {
        ByteBuffer entries = Sectors.allocate(3 * DIRECTORY_ENTRY);
        if (depth == 0) {
            put(entries, LABEL, VOLUME_LABEL, 0, 0);
        } else {
            put(entries, ".          ", DIRECTORY, FIRST_CLUSTER + depth, 0);
            // The root above is called 0.
            put(entries, "..         ", DIRECTORY, depth == 1 ? 0 : FIRST_CLUSTER + depth - 1, 0);
        }
        boolean file = depth == path.size() - 1;
        int child = FIRST_CLUSTER + depth + 1;
        put(entries, shortName(path.get(depth)), file ? ARCHIVE : DIRECTORY, child, file ? fileBytes : 0);
        return entries;
    }

    private static void put(ByteBuffer target, String name, byte attributes, int cluster, long size) {
        target.put(ascii(name)).put(attributes).put((byte) 0).put((byte) 0);
        target.putShort((short) 0).putShort(FIRST_DAY).putShort(FIRST_DAY);
        target.putShort((short) (cluster >>> 16)).putShort((short) 0).putShort(FIRST_DAY);
        target.putShort((short) cluster).putInt((int) size);
    }

    private static String shortName(String name) {
        int point = name.indexOf('.');
        String base = point < 0 ? name : name.substring(0, point);
        String extension = point < 0 ? "" : name.substring(point + 1);
        return "%-8s%-3s".formatted(base, extension);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
