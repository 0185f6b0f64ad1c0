package io.i2kit.apiserver.registry;

import java.util.concurrent.ThreadLocalRandom;

/** {@code generateName}: {@code k8s.io/apiserver/pkg/storage/names/generate.go}. */
public final class GeneratedNames {
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

    private GeneratedNames() {}

    /** The base, cut to leave room, with five random characters. */
    public static String from(String base) {
        StringBuilder name =
                new StringBuilder(base.length() > MAX_BASE_LENGTH ? base.substring(0, MAX_BASE_LENGTH) : base);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
