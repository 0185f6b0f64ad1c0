package io.i2kit.cloud.local.daemon;

/** What the classes that start, judge and end machines share. */
record Machinery(
        Fleet fleet,
        Templates templates,
        Problems problems,
        MachineRunner runner,
        Host host,
        OwnerThread owner,
        Timings timings) {}
