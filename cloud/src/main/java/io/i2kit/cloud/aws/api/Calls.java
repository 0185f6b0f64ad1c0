package io.i2kit.cloud.aws.api;

import java.util.function.Supplier;

/** Runs calls of AWS for the providers, whose callers know {@code CloudException} only. */
public final class Calls {
    private Calls() {}

    public static void run(Runnable calls) {
        get(() -> {
            calls.run();
            return true;
        });
    }

    public static <T> T get(Supplier<T> calls) {
        try {
            return calls.get();
        } catch (AwsException e) {
            throw e.toCloudException();
        }
    }

    /** For things that are to be gone: one that is not there is no error. */
    public static void runUnlessGone(Runnable call) {
        try {
            call.run();
        } catch (AwsException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
