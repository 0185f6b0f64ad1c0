package io.i2kit.translator.support;

import java.util.Locale;

/** What i2kit makes of a field that a manifest sets. */
public enum SupportLevel {
    /** As Kubernetes documents it. */
    HONOURED,
    /** Acted on, with a difference that the rule's text tells. */
    DIFFERENT,
    /** Stored and shown, and nothing acts on it. */
    IGNORED,
    /** The object is not taken (422): to ignore the field would break the workload or its safety. */
    REJECTED;

    /** The word that the rule tables use. */
    static SupportLevel of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
