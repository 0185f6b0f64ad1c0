package io.i2kit.apiserver.http.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Accept.Form;
import io.i2kit.apiserver.http.content.Accept.Shape;
import org.junit.jupiter.api.Test;

class AcceptTest {
    @Test
    void withoutHeaderAnswersJson() {
        assertThat(Accept.negotiate(null)).isEqualTo(Form.JSON);
        assertThat(Accept.negotiate("*/*")).isEqualTo(Form.JSON);
    }

    @Test
    void takesTheFirstThatItHas() {
        assertThat(Accept.negotiate("application/vnd.kubernetes.protobuf,application/json"))
                .isEqualTo(Form.JSON);
        assertThat(Accept.negotiate("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"))
                .isEqualTo(new Form(Encoding.JSON, Shape.TABLE, "v1"));
        assertThat(Accept.negotiate("application/json;as=Other;v=v1;g=meta.k8s.io, application/yaml"))
                .isEqualTo(new Form(Encoding.YAML, Shape.OBJECT, "v1"));
    }

    @Test
    void ordersByQuality() {
        assertThat(Accept.negotiate("application/json;q=0.1, application/yaml;q=0.9")
                        .encoding())
                .isEqualTo(Encoding.YAML);
        assertThatThrownBy(() -> Accept.negotiate("application/json;q=0"))
                .hasMessageStartingWith("only the following media types are accepted");
    }
}
