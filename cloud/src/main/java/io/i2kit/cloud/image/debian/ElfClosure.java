package io.i2kit.cloud.image.debian;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What programs of a tree need to run: their loader and libraries, and those of the libraries. */
final class ElfClosure {
    /** Where Debian's loader looks ({@code ld.so(8)}), for both architectures. */
    private static final List<String> LIBRARY_PATH =
            List.of("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib", "usr/lib64");

    private final PackageTree tree;
    private final Set<String> paths = new LinkedHashSet<>();
    private final Set<String> missing = new TreeSet<>();

    private ElfClosure(PackageTree tree) {
        this.tree = tree;
    }

    /** @throws IOException when a program or a library that it needs is not in the tree */
    static Set<String> of(PackageTree tree, List<String> programs) throws IOException {
        ElfClosure closure = new ElfClosure(tree);
        closure.addAll(programs);
        if (!closure.missing.isEmpty()) {
            throw new IOException("missing in the packages: " + String.join(", ", closure.missing));
        }
        return closure.paths;
    }

    /** Names of libraries that some program of the tree needs and the tree lacks, each with one that needs it. */
    static Set<String> missing(PackageTree tree) throws IOException {
        ElfClosure closure = new ElfClosure(tree);
        for (Map.Entry<String, PackageTree.Entry> entry : tree.entries().entrySet()) {
            if (entry.getValue().isFile() && mayRun(entry.getKey(), entry.getValue())) {
                closure.addNeeds(entry.getKey(), entry.getValue(), new ArrayDeque<>());
            }
        }
        return closure.missing;
    }

    private static boolean mayRun(String path, PackageTree.Entry file) {
        return (file.mode() & 0111) != 0 || path.contains(".so");
    }

    private void addAll(List<String> programs) throws IOException {
        Deque<String> open = new ArrayDeque<>(programs);
        while (!open.isEmpty()) {
            String path = open.removeFirst();
            PackageTree.Entry entry = tree.entries().get(PackageTree.merged(path));
            if (entry == null) {
                missing.add(path);
            } else if (paths.add(PackageTree.merged(path))) {
                if (entry.isLink()) {
                    open.add(PackageTree.linkTarget(PackageTree.merged(path), entry.target()));
                } else if (entry.isFile()) {
                    addNeeds(path, entry, open);
                }
            }
        }
    }

    private void addNeeds(String path, PackageTree.Entry file, Deque<String> open) throws IOException {
        Optional<ElfFile> elf = ElfFile.parse(PackageTree.read(file));
        if (elf.isEmpty()) {
            return;
        }
        String interpreter = elf.get().interpreter();
        if (!interpreter.isEmpty()) {
            if (tree.follow(interpreter.substring(1)).isEmpty()) {
                missing.add(interpreter + " (needed by /" + path + ")");
            }
            open.add(interpreter.substring(1));
        }
        for (String name : elf.get().needed()) {
            Optional<String> library = find(path, name);
            library.ifPresentOrElse(open::add, () -> missing.add(name + " (needed by /" + path + ")"));
        }
    }

    private Optional<String> find(String path, String name) {
        // A library beside the one that needs it: packages with a private directory set an rpath to it.
        String own = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
        for (String directory : LIBRARY_PATH) {
            if (tree.follow(directory + "/" + name).isPresent()) {
                return Optional.of(directory + "/" + name);
            }
        }
        return tree.follow(own + "/" + name).isPresent() ? Optional.of(own + "/" + name) : Optional.empty();
    }
}
