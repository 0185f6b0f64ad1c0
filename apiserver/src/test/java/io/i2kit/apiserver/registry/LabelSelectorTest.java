package io.i2kit.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class LabelSelectorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=1            | true
            a==1           | true
            a!=1           | false
            b!=1           | true
            a in (1, 2)    | true
            a notin (1)    | false
            b notin (1)    | true
            a              | true
            !a             | false
            !b             | true
            a>0            | true
            a<1            | false
            a=1,b=2        | false
            a=1,e=         | true
            x.io/y=z       | true
            """)
    void matches(String selector, boolean expected) {
        ObjectNode object = Json.object();
        object.putObject("metadata")
                .putObject("labels")
                .put("a", "1")
                .put("e", "")
                .put("x.io/y", "z");
        assertThat(LabelSelector.parse(selector).matches(object)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b c", "a in 1", "=", "a>x", "a=b=c", "-a=1"})
    void refusesWhatItCannotParse(String selector) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(ApiException.class)
                .hasMessageStartingWith("unable to parse requirement");
    }
}
