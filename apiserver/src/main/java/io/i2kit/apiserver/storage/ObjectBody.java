package io.i2kit.apiserver.storage;

/** An object that is about to be written, complete but for its revision, which the store gives it at commit. */
@FunctionalInterface
public interface ObjectBody {
    /** The JSON with {@code metadata.resourceVersion} set to the revision, in decimal. Called on the committer: cheap, no I/O. */
    byte[] at(long revision);
}
