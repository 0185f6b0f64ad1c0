package io.i2kit.apiserver.app;

/** Where a cloud keeps a cluster's newest backup. */
@FunctionalInterface
interface BackupTarget {
    /** Takes the former one's place; throws when it is not known to be kept. */
    void put(byte[] content);
}
