package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Names of a layer's entries, clean and safe: relative, without {@code .} and {@code ..}, and with every symbolic link of the
 * same layer on the way resolved inside the layer, so that unpacking can never write outside of the layer's directory.
 */
final class LayerPaths {
    /** As the kernel's limit of links in one look-up. */
    private static final int MAX_LINKS = 40;

    private final Map<String, String> symlinks = new HashMap<>();

    void addSymlink(String path, String target) {
        symlinks.put(path, target);
    }

    /** The path is something else now. */
    void removeSymlink(String path) {
        symlinks.remove(path);
    }

    /**
     * @return the path from the layer's root, empty for the root itself
     * @throws IOException when the name leaves the layer or its links run in a circle
     */
    String resolve(String name) throws IOException {
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new IOException("layer entry \"" + name + "\" leaves its directory");
            }
        }
        Deque<String> rest = new ArrayDeque<>();
        pushFront(rest, name);
        StringBuilder path = new StringBuilder();
        int links = 0;
        while (!rest.isEmpty()) {
            String part = rest.removeFirst();
            if (part.equals("..")) {
                path.setLength(Math.max(0, path.lastIndexOf("/")));
                continue;
            }
            int parent = path.length();
            path.append(parent == 0 ? "" : "/").append(part);
            String target = rest.isEmpty() ? null : symlinks.get(path.toString());
            if (target != null) {
                if (++links > MAX_LINKS) {
                    throw new IOException("layer entry \"" + name + "\": too many levels of symbolic links");
                }
                path.setLength(target.startsWith("/") ? 0 : parent);
                pushFront(rest, target);
            }
        }
        return path.toString();
    }

    private static void pushFront(Deque<String> rest, String name) {
        String[] parts = name.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            if (!parts[i].isEmpty() && !parts[i].equals(".")) {
                rest.addFirst(parts[i]);
            }
        }
    }

    static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
