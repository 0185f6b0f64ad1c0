package io.i2kit.cloud.image.debian;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tukaani.xz.XZInputStream;

/**
 * The kernel modules that a machine loads, uncompressed, each after those that it depends on. Which depends on which the
 * modules say themselves ({@code depends=} of their modinfo); one that is built into the kernel is not in the package.
 */
final class KernelModules {
    /**
     * Devices of QEMU and of AWS, and the overlay of container layers. Both clouds boot the same base.
     */
    static final List<String> WANTED = List.of("virtio_blk", "virtio_net", "virtio_rng", "overlay", "ena");

    private static final String DEPENDS = "depends=";

    private final PackageTree tree;
    private final Map<String, String> pathByName = new HashMap<>();
    private final Map<String, byte[]> loaded = new LinkedHashMap<>();

    private KernelModules(PackageTree tree) {
        this.tree = tree;
        for (String path : tree.entries().keySet()) {
            String file = path.substring(path.lastIndexOf('/') + 1);
            int end = file.indexOf(".ko");
            if (end > 0) {
                // The kernel treats both signs as equal in module names.
                pathByName.put(file.substring(0, end).replace('-', '_'), path);
            }
        }
    }

    /**
     * @param tree the kernel package's files
     * @return uncompressed modules by their path in the machine, in the order to load them
     */
    static Map<String, byte[]> inLoadOrder(PackageTree tree) throws IOException {
        KernelModules modules = new KernelModules(tree);
        for (String name : WANTED) {
            modules.add(name);
        }
        return modules.loaded;
    }

    private void add(String name) throws IOException {
        String path = pathByName.get(name);
        PackageTree.Entry entry = path == null ? null : tree.entries().get(path);
        if (path == null || entry == null) {
            return;
        }
        String target = path.substring(0, path.indexOf(".ko") + 3);
        if (loaded.containsKey(target)) {
            return;
        }
        byte[] module = plain(path, PackageTree.read(entry));
        for (String dependency : depends(module)) {
            add(dependency.replace('-', '_'));
        }
        loaded.put(target, module);
    }

    private static List<String> depends(byte[] module) throws IOException {
        List<String> names = new ArrayList<>();
        ElfFile elf = ElfFile.parse(module).orElseThrow(() -> new IOException("a kernel module is not an ELF file"));
        for (String line : elf.modinfo()) {
            if (line.startsWith(DEPENDS) && line.length() > DEPENDS.length()) {
                names.addAll(List.of(line.substring(DEPENDS.length()).split(",")));
            }
        }
        return names;
    }

    private static byte[] plain(String path, byte[] file) throws IOException {
        if (!path.endsWith(".xz")) {
            return file;
        }
        try (XZInputStream xz = new XZInputStream(new ByteArrayInputStream(file))) {
            return xz.readAllBytes();
        }
    }

    /** The list that the guest reads: one path a line. */
    static byte[] list(Map<String, byte[]> modules) {
        StringBuilder lines = new StringBuilder();
        modules.keySet().forEach(path -> lines.append('/').append(path).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
