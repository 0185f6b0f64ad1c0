package io.i2kit.cloud.local.daemon.fabric;

import java.util.List;

/** The parts of an answer that are not repeated from its question. */
record DnsAnswer(
        int code,
        boolean authoritative,
        List<ResourceRecord> answers,
        List<ResourceRecord> authority,
        List<ResourceRecord> additional) {
    DnsAnswer {
        answers = List.copyOf(answers);
        authority = List.copyOf(authority);
        additional = List.copyOf(additional);
    }

    static DnsAnswer error(int code) {
        return new DnsAnswer(code, false, List.of(), List.of(), List.of());
    }
}
