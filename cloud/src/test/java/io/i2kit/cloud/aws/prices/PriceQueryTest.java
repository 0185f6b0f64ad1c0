package io.i2kit.cloud.aws.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What AWS' price list may answer, over its wire. */
class PriceQueryTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 27);
    private static final List<InstanceType> TYPES = List.of(
            new InstanceType("t4g.nano", Architecture.ARM64, 1L << 29, 100, 0.0042),
            new InstanceType("t3a.nano", Architecture.AMD64, 1L << 29, 100, 0.0047));

    private PriceListServer server;
    private AwsClients clients;

    @BeforeEach
    void start() throws IOException {
        server = new PriceListServer();
        clients = server.clients();
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    private PriceList read() {
        return new PriceQuery(clients).read(TYPES, "eu-central-1", TODAY);
    }

    private void sell(String type, String... products) {
        server.products.put(type, List.of(products));
    }

    @Test
    void eachTypeHasItsPriceOnDemandAndKeepsTheRest() {
        sell("t4g.nano", PriceListServer.product("t4g.nano", "Hrs", "0.0048000000"));
        sell("t3a.nano", PriceListServer.product("t3a.nano", "Hrs", "0.0054000000"));
        PriceList list = read();
        assertThat(list.region()).isEqualTo("eu-central-1");
        assertThat(list.date()).isEqualTo("2026-11-27");
        assertThat(list.source()).contains("AWS price list");
        assertThat(list.types())
                .containsExactly(
                        new InstanceType("t4g.nano", Architecture.ARM64, 1L << 29, 100, 0.0048),
                        new InstanceType("t3a.nano", Architecture.AMD64, 1L << 29, 100, 0.0054));
        assertThat(server.asked)
                .hasSize(2)
                .contains(Map.of(
                        "instanceType", "t4g.nano",
                        "regionCode", "eu-central-1",
                        "operatingSystem", "Linux",
                        "tenancy", "Shared",
                        "preInstalledSw", "NA",
                        "capacitystatus", "Used"));
    }

    @Test
    void aTypeWithoutOnePriceIsLeftOut() {
        sell("t4g.nano", PriceListServer.product("t4g.nano", "Hrs", "0.0048000000"));
        assertThat(read().types()).hasSize(1);
        sell("t3a.nano", PriceListServer.product("t3a.nano", "Hrs", "0.0000000000"));
        assertThat(read().types()).hasSize(1);
        sell("t3a.nano", PriceListServer.product("t3a.nano", "Quantity", "12.0000000000"));
        assertThat(read().types()).hasSize(1);
        sell("t3a.nano", "{\"product\":{},\"terms\":{}}");
        assertThat(read().types()).hasSize(1);
        sell(
                "t3a.nano",
                PriceListServer.product("t3a.nano", "Hrs", "0.0054000000"),
                PriceListServer.product("t3a.nano", "Hrs", "0.0099000000"));
        assertThat(read().types()).hasSize(1);
    }

    /** One that costs nothing is paid for elsewhere; the page after it is read too. */
    @Test
    void laterPagesCount() {
        sell(
                "t4g.nano",
                PriceListServer.product("t4g.nano", "Hrs", "0.0000000000"),
                PriceListServer.product("t4g.nano", "Hrs", "0.0048000000"));
        assertThat(read().types()).hasSize(1);
    }

    @Test
    void noPriceAtAllIsAnError() {
        assertThatThrownBy(this::read)
                .isInstanceOf(CloudException.NotFound.class)
                .hasMessageContaining("eu-central-1");
    }

    @Test
    void whatIsNoDocumentIsAnErrorThatNamesTheType() {
        sell("t4g.nano", "{\"product\":");
        assertThatThrownBy(this::read)
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("t4g.nano");
        sell("t4g.nano", PriceListServer.product("t4g.nano", "Hrs", "cheap"));
        assertThatThrownBy(this::read)
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("cheap");
    }

    @Test
    void oneThatIsRefusedForItsRateIsAskedAgainAndAlwaysRefusedIsAnError() {
        server.sellAll(1);
        server.throttled.set(1);
        assertThat(read().types()).isEqualTo(TYPES);
        server.throttled.set(Integer.MAX_VALUE);
        assertThatThrownBy(this::read).hasMessageContaining("Rate exceeded");
    }
}
