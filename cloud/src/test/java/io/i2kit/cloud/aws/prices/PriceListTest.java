package io.i2kit.cloud.aws.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.i2kit.cloud.model.MachinePrice;
import org.junit.jupiter.api.Test;

class PriceListTest {
    @Test
    void aMonthHas730Hours() {
        MachinePrice price = PriceList.packaged().price("t3.micro", false).orElseThrow();
        assertThat(price.monthlyDollars()).isCloseTo(7.592, within(1e-9));
        assertThat(price.upperBound()).isFalse();
        assertThat(price.basis()).contains("us-east-1", "2025-01", "not read from AWS' price list");
    }

    @Test
    void aSpotMachineCostsAtMostThat() {
        assertThat(PriceList.packaged().price("t3.micro", true).orElseThrow().upperBound())
                .isTrue();
    }

    @Test
    void aTypeThatTheTableDoesNotHaveHasNoPrice() {
        assertThat(PriceList.packaged().price("u-6tb1.metal", false)).isEmpty();
    }

    @Test
    void everyTypeOfThePackagedTableHasAPrice() {
        assertThat(PriceList.packaged().types())
                .hasSizeGreaterThan(30)
                .allSatisfy(type -> assertThat(type.hourlyDollars()).isPositive());
    }

    @Test
    void whatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> PriceList.parse("prices.csv", "region=x\ndate=y\nsource=z\nt3.micro,vax,1,200,0.01\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prices.csv:4")
                .hasMessageContaining("t3.micro,vax");
        assertThatThrownBy(() -> PriceList.parse("prices.csv", "region=x\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("date=");
    }
}
