package io.i2kit.apiserver.http.auth;

import java.util.function.Supplier;

/** Decides whether a request may go on. Must be quick and never fail. */
@FunctionalInterface
public interface Authorizer {
    Decision decide(Attributes attributes);

    /**
     * What was decided.
     *
     * @param reason made only when somebody asks for it; empty when there is none to tell
     */
    record Decision(boolean allowed, Supplier<String> reason) {
        public static Decision allow(Supplier<String> reason) {
            return new Decision(true, reason);
        }

        public static Decision deny(String reason) {
            return new Decision(false, () -> reason);
        }
    }
}
