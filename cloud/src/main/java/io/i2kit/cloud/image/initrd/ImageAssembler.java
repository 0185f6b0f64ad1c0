package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a bootable image of prepared parts. The first format is kernel and initrd; a disk root has the same parts. */
public interface ImageAssembler {
    /** What goes into a machine. */
    record Parts(Base.Prepared base, List<Bundle> bundles, List<MachineFile> files) {
        public Parts {
            bundles = List.copyOf(bundles);
            files = List.copyOf(files);
        }
    }

    /**
     * @param output an empty directory
     * @return the bytes that a machine loads
     * @throws IOException when the disk fails or is full
     */
    long assemble(Parts parts, Path output) throws IOException;
}
