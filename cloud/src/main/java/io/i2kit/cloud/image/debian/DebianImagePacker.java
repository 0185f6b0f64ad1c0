package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.Manifest;
import io.i2kit.cloud.image.oci.MediaTypes;
import io.i2kit.cloud.image.oci.OciJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes container images of Debian packages without root: a layer with the C library that all such images share, one with the
 * packages, and one with the caller's files where there are any. No maintainer script runs; what only those need is left out.
 */
public final class DebianImagePacker {
    private static final List<String> C_LIBRARY = List.of("libc6", "usr-is-merged");
    private static final List<String> MERGED = List.of("bin", "lib", "lib64", "sbin");

    private final DebianArchiveCache packages;
    private final ImageStore store;

    public DebianImagePacker(DebianArchiveCache packages, ImageStore store) {
        this.packages = packages;
        this.store = store;
    }

    /**
     * @param progress is told what takes time
     * @return the image by digest
     * @throws IOException when a package does not exist or cannot be had, with apt's words
     */
    public ImageReference pack(PackRequest request, Consumer<String> progress) throws IOException {
        progress.accept("Resolving " + String.join(" ", request.packages()));
        List<String> wanted = new ArrayList<>(request.packages());
        wanted.addAll(C_LIBRARY);
        List<DebianPackage> closure = packages.resolve(wanted);
        Set<DebianPackage> library = new HashSet<>(packages.resolve(C_LIBRARY));
        progress.accept("Fetching " + closure.size() + " Debian packages");
        Map<DebianPackage, Path> debs = packages.fetch(packages.lock(closure), progress);
        Path spool = Files.createTempDirectory("i2kit-pack-");
        try {
            progress.accept("Packing " + request.name());
            return pack(request, debs, library, spool);
        } finally {
            DurableFiles.deleteTree(spool);
        }
    }

    private ImageReference pack(
            PackRequest request, Map<DebianPackage, Path> debs, Set<DebianPackage> library, Path spool)
            throws IOException {
        Map<DebianPackage, PackageTree> trees = read(debs, spool);
        PackageTree all = new PackageTree(spool);
        trees.values().forEach(all::addAll);
        PackageSelection.Selected selected = PackageSelection.of(trees, all, Set.copyOf(request.packages()));
        PackageTree base = base(Files.createDirectory(spool.resolve("base")));
        PackageTree own = new PackageTree(Files.createDirectory(spool.resolve("own")));
        trees.forEach((one, tree) -> {
            if (library.contains(one)) {
                base.addAll(tree);
            } else if (selected.packages().contains(one)) {
                own.addAll(tree);
            }
        });
        moveSeldomNeeded(base, own, selected.needed());
        base.completeDirectories();
        own.remove(path -> base.entries().containsKey(path));
        own.completeDirectories(base);
        List<TreeLayer> layers = new ArrayList<>();
        layers.add(TreeLayer.store(base, store));
        if (!own.entries().isEmpty()) {
            layers.add(TreeLayer.store(own, store));
        }
        PackageTree extra = extra(request, Files.createDirectory(spool.resolve("extra")));
        extra.completeDirectories(own, base);
        if (!extra.entries().isEmpty()) {
            layers.add(TreeLayer.store(extra, store));
        }
        return store(request, layers);
    }

    /** Parts of the C library that few programs load: 1 MB that a small machine has no use for. */
    private static void moveSeldomNeeded(PackageTree base, PackageTree own, Set<String> needed) {
        base.entries().forEach((path, entry) -> {
            if (isSeldomNeeded(path) && needed.contains(path)) {
                own.entries().put(path, entry);
            }
        });
        base.remove(DebianImagePacker::isSeldomNeeded);
    }

    private static boolean isSeldomNeeded(String path) {
        return path.matches(
                "usr/lib/[a-z0-9_]+-linux-gnu/"
                        + "(libmvec|libnsl|libthread_db|libc_malloc_debug|libmemusage|libpcprofile|libnss_hesiod|libnss_compat)\\.so.*");
    }

    private static Map<DebianPackage, PackageTree> read(Map<DebianPackage, Path> debs, Path spool) throws IOException {
        Map<DebianPackage, PackageTree> trees = new LinkedHashMap<>();
        int number = 0;
        for (DebianPackage one : debs.keySet().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList()) {
            PackageTree tree = new PackageTree(Files.createDirectory(spool.resolve("package-" + number++)));
            Path deb = debs.get(one);
            if (deb != null) {
                tree.add(deb, DebianImagePacker::isWanted);
            }
            trees.put(one, tree);
        }
        return trees;
    }

    /** Without documentation, translations and what only maintainers' tools read. */
    private static boolean isWanted(String path) {
        return !path.matches(
                        "usr/share/(doc|man|info|vim|locale|lintian|bug|doc-base|i18n|bash-completion|apport)(/.*)?")
                && !path.matches("usr/lib/(systemd|[a-z0-9_]+-linux-gnu/gconv)(/.*)?")
                && !path.matches("etc/(init.d|systemd|cron.*|logrotate.d|ufw)(/.*)?");
    }

    /** What Debian's base-files and base-passwd bring. */
    private static PackageTree base(Path spool) throws IOException {
        PackageTree tree = new PackageTree(spool);
        MERGED.forEach(name -> {
            tree.putLink(name, "usr/" + name);
            tree.putDirectory("usr/" + name, 0755, 0, 0);
        });
        for (String path : List.of(
                "dev",
                "etc",
                "home",
                "mnt",
                "opt",
                "proc",
                "run",
                "srv",
                "sys",
                "var/cache",
                "var/lib",
                "var/log",
                "var/mail",
                "var/spool")) {
            tree.putDirectory(path, 0755, 0, 0);
        }
        tree.putDirectory("root", 0700, 0, 0);
        tree.putDirectory("tmp", 01777, 0, 0);
        tree.putDirectory("var/tmp", 01777, 0, 0);
        tree.putLink("var/run", "/run");
        tree.put("etc/passwd", text(Accounts.passwd()), 0644);
        tree.put("etc/group", text(Accounts.group()), 0644);
        return tree;
    }

    private static PackageTree extra(PackRequest request, Path spool) throws IOException {
        PackageTree tree = new PackageTree(spool);
        String user = request.execution().user();
        String own = Accounts.ownUser(user == null ? "" : user);
        if (!own.isEmpty()) {
            tree.put("etc/passwd", text(Accounts.passwdWith(own)), 0644);
            tree.put("etc/group", text(Accounts.groupWith(own)), 0644);
        }
        for (PackRequest.ExtraFile file : request.files()) {
            if (file.linkTarget().isEmpty()) {
                tree.put(file.relativePath(), file.content(), file.mode());
            } else {
                tree.putLink(file.relativePath(), file.linkTarget());
            }
        }
        return tree;
    }

    private ImageReference store(PackRequest request, List<TreeLayer> layers) throws IOException {
        ImageConfig config = new ImageConfig(
                null,
                request.architecture().ociName(),
                "linux",
                request.execution(),
                new ImageConfig.RootFs(
                        "layers",
                        layers.stream().map(layer -> layer.diffId().toString()).toList()));
        Descriptor stored = store.put(MediaTypes.OCI_CONFIG, OciJson.write(config));
        return store.add(
                request.name(),
                new Manifest(
                        2,
                        MediaTypes.OCI_MANIFEST,
                        stored,
                        layers.stream().map(TreeLayer::descriptor).toList()));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
