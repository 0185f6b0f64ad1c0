package io.i2kit.cloud.image.debian;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which packages of a closure an image needs. A package that only installation scripts use is left out, as is a library that no
 * program of the others needs by its ELF header; no script runs and nothing is installed later.
 */
final class PackageSelection {
    /** What maintainer scripts, services of an init system and package management need. */
    private static final Set<String> ONLY_FOR_INSTALLATION = Set.of(
            "adduser",
            "base-files",
            "base-passwd",
            "debconf",
            "debianutils",
            "dpkg",
            "gcc-12-base",
            "init-system-helpers",
            "iproute2",
            "login",
            "lsb-base",
            "passwd",
            "perl-base",
            "sensible-utils",
            "sysvinit-utils",
            "tar",
            "ucf",
            "usr-is-merged",
            "usrmerge",
            "libcap2-bin",
            "libpam-modules",
            "libpam-modules-bin",
            "libpam-runtime",
            "libaudit-common",
            "libsemanage-common",
            "libtirpc-common");

    private final Map<DebianPackage, PackageTree> trees;
    private final PackageTree all;
    private final Set<DebianPackage> kept = new HashSet<>();

    private PackageSelection(Map<DebianPackage, PackageTree> trees, PackageTree all) {
        this.trees = trees;
        this.all = all;
    }

    /**
     * @param needed paths of every program of the packages and of every library that they load
     */
    record Selected(Set<DebianPackage> packages, Set<String> needed) {}

    /**
     * @param trees of every package of the closure
     * @param all the same in one tree
     * @param requested names that stay whatever they hold
     */
    static Selected of(Map<DebianPackage, PackageTree> trees, PackageTree all, Set<String> requested)
            throws IOException {
        PackageSelection selection = new PackageSelection(trees, all);
        trees.forEach((one, tree) -> {
            boolean droppable = ONLY_FOR_INSTALLATION.contains(one.name()) || isPureLibrary(tree);
            if (requested.contains(one.name()) || !droppable) {
                selection.kept.add(one);
            }
        });
        Set<String> needed = selection.addNeeded();
        return new Selected(selection.kept, needed);
    }

    private static boolean isPureLibrary(PackageTree tree) {
        return tree.entries().entrySet().stream()
                .filter(entry -> entry.getValue().isFile())
                .allMatch(entry -> entry.getKey().matches("usr/lib/[a-z0-9_]+-linux-gnu/.*"));
    }

    private Set<String> addNeeded() throws IOException {
        List<String> programs = new ArrayList<>();
        for (DebianPackage one : kept) {
            PackageTree tree = trees.get(one);
            if (tree != null) {
                tree.entries().forEach((path, entry) -> {
                    if (entry.isFile() && ((entry.mode() & 0111) != 0 || path.contains(".so"))) {
                        programs.add(path);
                    }
                });
            }
        }
        Set<String> needed = ElfClosure.of(all, programs);
        trees.forEach((one, tree) -> {
            boolean gives = tree.entries().entrySet().stream()
                    .anyMatch(entry -> !entry.getValue().isDirectory() && needed.contains(entry.getKey()));
            if (gives) {
                kept.add(one);
            }
        });
        return needed;
    }
}
