package io.i2kit.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0.5,500m",
        "500m,500m",
        "1,1",
        "1000m,1",
        "1024Mi,1Gi",
        "1.5Gi,1536Mi",
        "1000,1k",
        "1500,1500",
        "128974848,128974848",
        "129e6,129e6",
        "129M,129M",
        "0,0",
        "0Gi,0",
        "100Mi,100Mi",
        "0.1Gi,107374182400m",
        "1Ei,1Ei",
        "2048Ei,2048Ei",
        "-1,-1",
        "+3,3",
        ".5,500m",
        "5.,5",
        "1e3,1e3",
        "1E,1E",
        "100u,100u",
        "0.0000000001,1n",
        "1500Mi,1500Mi",
        "512,512",
        "1Ki,1Ki",
        "0.5Ki,512"
    })
    void hasOneTextPerAmountAndFormat(String written, String canonical) {
        assertThat(Quantity.parse(written).canonical()).isEqualTo(canonical);
        assertThat(Quantity.parse(canonical).canonical()).isEqualTo(canonical);
        assertThat(Quantity.parse(canonical)).isEqualByComparingTo(Quantity.parse(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mi", "1Q", "one", "1.2.3", "1 Gi", "--1", "1e99999", "1Kii", "0x10"})
    void refusesWhatIsNoQuantity(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).hasMessage(Quantity.RULE);
    }
}
