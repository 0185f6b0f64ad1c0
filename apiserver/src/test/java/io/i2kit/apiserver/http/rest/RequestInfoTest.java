package io.i2kit.apiserver.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /api/v1/namespaces                       | list             ||          | namespaces  ||
            GET    | /api/v1/namespaces/a                     | get              || a        | namespaces  | a |
            PUT    | /api/v1/namespaces/a/finalize            | update           || a        | namespaces  | a | finalize
            GET    | /api/v1/namespaces/a/pods                | list             || a        | pods        ||
            GET    | /api/v1/pods                             | list             ||          | pods        ||
            GET    | /api/v1/namespaces/a/pods/p/log          | get              || a        | pods        | p | log
            POST   | /apis/apps/v1/namespaces/a/deployments   | create           | apps | a | deployments ||
            PATCH  | /apis/apps/v1/namespaces/a/deployments/d/scale | patch      | apps | a | deployments | d | scale
            DELETE | /apis/apps/v1/namespaces/a/deployments   | deletecollection | apps | a | deployments ||
            DELETE | /api/v1/nodes/n                          | delete           ||          | nodes       | n |
            GET    | /api/v1/watch/pods                       | watch            ||          | pods        ||
            GET    | /api/v1/namespaces/a/services/s/proxy/    | get            || a        | services    | s | proxy
            POST   | /api/v1/namespaces/a/pods/p:80/proxy/x/y/ | create         || a        | pods        | p:80 | proxy
            GET    | /api/v1/namespaces/a/pods/              | get              ||          |             ||
            GET    | /apis/apps/v1                            | get              ||          |             ||
            GET    | /healthz                                 | get              ||          |             ||
            """)
    void parses(
            String method,
            String path,
            String verb,
            String group,
            String namespace,
            String resource,
            String name,
            String subresource) {
        RequestInfo info = RequestInfo.parse(method, path, false);
        assertThat(info.verb()).isEqualTo(verb);
        assertThat(info.group()).isEqualTo(orEmpty(group));
        assertThat(info.target())
                .isEqualTo(new RequestInfo.Target(
                        orEmpty(namespace), orEmpty(resource), orEmpty(name), orEmpty(subresource)));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
