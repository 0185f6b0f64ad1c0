package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.auth.Authorizer.Decision;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.Answer;

/** One request on its way. */
public interface AuditTrail {
    /** Of a request that is not written. */
    AuditTrail NONE = new AuditTrail() {};

    /** Whom the request is made as. */
    default void madeAs(UserInfo user) {}

    default void decided(Decision decision) {}

    /** The answer, from which the trail goes on: the one to send. */
    default Answer answered(Answer answer) {
        return answer;
    }
}
