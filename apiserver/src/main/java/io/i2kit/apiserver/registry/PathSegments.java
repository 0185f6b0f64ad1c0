package io.i2kit.apiserver.registry;

import java.util.function.Consumer;

/** The name rule of roles and bindings, and of parts of references ({@code k8s.io/apimachinery/pkg/api/validate/content/path.go}). */
public final class PathSegments {
    private PathSegments() {}

    public static void name(String name, Consumer<String> problems) {
        if (name.equals(".") || name.equals("..")) {
            problems.accept("may not be '" + name + "'");
            return;
        }
        for (String forbidden : new String[] {"/", "%"}) {
            if (name.contains(forbidden)) {
                problems.accept("may not contain '" + forbidden + "'");
            }
        }
    }
}
