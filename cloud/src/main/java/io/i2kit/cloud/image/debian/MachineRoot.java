package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.initrd.CpioWriter;
import io.i2kit.cloud.image.initrd.CpioWriter.Node;
import io.i2kit.cloud.image.initrd.Segments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The root file system of every machine: the guest, a container runtime, the modules that the kernel lacks, and where to mount. */
public final class MachineRoot {
    private static final List<String> MOUNT_POINTS = List.of(
            "dev",
            "etc",
            "proc",
            "root",
            "run",
            "sys",
            "tmp",
            "var",
            "containers",
            "containers/layers",
            "containers/onboot",
            "containers/services");

    /** Made once, loaded by every machine: smallest counts. */
    private static final int LEVEL = 19;

    private MachineRoot() {}

    /**
     * @param kernel the tree with its modules
     * @param runtime the runtime with its libraries; completed by the call
     */
    public static void write(Path segment, PackageTree kernel, PackageTree runtime, GuestBinary guest)
            throws IOException {
        Map<String, byte[]> modules = KernelModules.inLoadOrder(kernel);
        for (Map.Entry<String, byte[]> module : modules.entrySet()) {
            runtime.put(module.getKey(), module.getValue(), 0644);
        }
        runtime.put("etc/i2kit-modules", KernelModules.list(modules), 0644);
        runtime.put("init", guest.content(), 0755);
        MOUNT_POINTS.forEach(path -> runtime.putDirectory(path, path.equals("tmp") ? 01777 : 0755, 0, 0));
        for (String path : List.of("bin", "lib", "lib64", "sbin")) {
            runtime.putLink(path, "usr/" + path);
        }
        runtime.putDirectory("usr/sbin", 0755, 0, 0);
        runtime.completeDirectories();
        Segments.write(segment, LEVEL, cpio -> {
            for (Map.Entry<String, PackageTree.Entry> entry : runtime.entries().entrySet()) {
                write(cpio, entry.getKey(), entry.getValue());
            }
        });
    }

    private static void write(CpioWriter cpio, String path, PackageTree.Entry entry) throws IOException {
        Path content = entry.content();
        Node node = Node.of(entry.mode());
        if (content != null) {
            try (InputStream in = Files.newInputStream(content)) {
                cpio.file(path, in, Files.size(content), node, cpio.newInode(), 1);
            }
        } else if (entry.isLink()) {
            cpio.symlink(path, entry.target(), node);
        } else {
            cpio.node(path, node);
        }
    }
}
