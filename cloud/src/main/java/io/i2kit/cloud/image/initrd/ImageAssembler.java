package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a bootable image of prepared parts, in one format. The same parts give the same bytes. */
public interface ImageAssembler {
    /**
     * What goes into a machine.
     *
     * @param commandLine of the kernel
     */
    record Parts(Base.Prepared base, List<Bundle> bundles, List<MachineFile> files, String commandLine) {
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
