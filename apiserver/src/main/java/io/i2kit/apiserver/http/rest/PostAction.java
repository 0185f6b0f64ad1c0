package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.auth.UserInfo;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Answers a POST that stores nothing by itself: a review of access or identity, a token. */
@FunctionalInterface
public interface PostAction {
    /** @throws io.i2kit.apiserver.registry.ApiException to refuse */
    ObjectNode answer(Call call);

    /**
     * What was posted.
     *
     * @param body strictly decoded, of the kind of the resource or subresource; the answer may be made of it
     * @param warnings takes texts of {@code Warning:} headers
     */
    record Call(UserInfo user, RequestInfo.Target target, ObjectNode body, boolean dryRun, Consumer<String> warnings) {}
}
