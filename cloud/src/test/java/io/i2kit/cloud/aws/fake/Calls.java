package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The fake's wire: counts calls by name and makes them fail as a test says. */
public final class Calls {
    /** What becomes of a call. */
    public enum Fault {
        /** Refused for its rate: no effect. */
        THROTTLED,
        /** HTTP 500 before the effect. */
        FAILED,
        /** The effect is there, the answer is not. */
        ANSWER_LOST
    }

    private final List<String> made = new ArrayList<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private int failAt = -1;
    private Fault failAs = Fault.FAILED;

    /** The next call of this name fails so. */
    public synchronized void fail(String operation, Fault fault) {
        faults.computeIfAbsent(operation, name -> new ArrayDeque<>()).add(fault);
    }

    /** The call with this number from now on fails so, whatever it is. */
    public synchronized void failNumber(int number, Fault fault) {
        failAt = made.size() + number;
        failAs = fault;
    }

    /** Names of the calls so far. */
    public synchronized List<String> made() {
        return List.copyOf(made);
    }

    public synchronized void clear() {
        made.clear();
        failAt = -1;
    }

    synchronized <T> T call(String operation, Supplier<T> effect) {
        Fault fault = faults.getOrDefault(operation, new ArrayDeque<>()).poll();
        if (made.size() == failAt) {
            fault = failAs;
        }
        made.add(operation);
        if (fault == Fault.THROTTLED) {
            throw new AwsException("Throttling", "Rate exceeded");
        }
        if (fault == Fault.FAILED) {
            throw new AwsException("InternalFailure", 500, "an internal error", null);
        }
        T answer = effect.get();
        if (fault == Fault.ANSWER_LOST) {
            throw new AwsException(AwsException.NO_ANSWER, 0, "connection reset", null);
        }
        return answer;
    }

    void run(String operation, Runnable effect) {
        call(operation, () -> {
            effect.run();
            return true;
        });
    }
}
