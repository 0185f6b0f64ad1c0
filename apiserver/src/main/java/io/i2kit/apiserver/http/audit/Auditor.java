package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the audit log, or nothing when it is off. */
public final class Auditor implements AutoCloseable {
    private static final UserInfo STRANGER = new UserInfo("", "", List.of());

    private final @Nullable AuditPolicy policy;
    private final @Nullable AuditFile file;
    private final InstantSource clock;

    /** @param options null for off */
    public Auditor(@Nullable AuditOptions options, InstantSource clock) {
        this.policy = options == null ? null : options.policy();
        this.file = options == null ? null : new AuditFile(options, clock);
        this.clock = clock;
    }

    /** Begins the trail of a request by its real user. */
    public AuditTrail begin(RequestInfo info, ApiRequest request) {
        if (policy == null || file == null) {
            return AuditTrail.NONE;
        }
        Attributes attributes = info.attributes(request);
        AuditRule rule = policy.rule(attributes);
        if (rule.level() == AuditLevel.NONE) {
            return AuditTrail.NONE;
        }
        EventTrail trail = new EventTrail(rule, file, clock, info, request);
        trail.received();
        return trail;
    }

    /** A request whose credentials are wrong. */
    public Answer refused(ApiRequest request, Answer answer) {
        if (policy == null) {
            return answer;
        }
        RequestInfo info = RequestInfo.parse(request.method(), request.path(), request.flag("watch"));
        return begin(info, request.by(STRANGER)).answered(answer);
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
