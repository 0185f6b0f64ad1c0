package io.i2kit.cloud.aws.prices;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.provider.CloudException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.pricing.model.Filter;
import software.amazon.awssdk.services.pricing.model.FilterType;
import software.amazon.awssdk.services.pricing.model.GetProductsRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads prices from AWS' price list, one call a type (AWS Price List Query API, {@code GetProducts}). Each product of an answer is a
 * JSON document of its own, with the attributes and terms of the bulk API's offer files (AWS Billing User Guide, "Reading the
 * service price list files").
 */
public final class PriceQuery {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SOURCE = "AWS price list (Price List Query API)";

    /** With type and region they leave one product: no license, no dedicated host, nothing reserved and unused. */
    private static final Map<String, String> COMMON =
            Map.of("operatingSystem", "Linux", "tenancy", "Shared", "preInstalledSw", "NA", "capacitystatus", "Used");

    private final AwsClients clients;

    public PriceQuery(AwsClients clients) {
        this.clients = clients;
    }

    /**
     * The list of a region. Types that AWS does not sell there, or for which it tells no single price, are not in it.
     *
     * @param types what is asked for
     * @param today the list's date
     * @throws CloudException.NotFound when none of the types has a price
     * @throws CloudException.Invalid when an answer is not what the API documents
     * @throws RuntimeException of the SDK when AWS refuses or does not answer
     */
    public PriceList read(List<InstanceType> types, String region, LocalDate today) {
        List<InstanceType> priced = new ArrayList<>();
        for (InstanceType type : types) {
            Set<Double> prices = hourlyDollars(type.name(), region);
            if (prices.size() == 1) {
                prices.forEach(dollars -> priced.add(type.at(dollars)));
            }
        }
        if (priced.isEmpty()) {
            throw new CloudException.NotFound(
                    "the price list has no price of any type in " + region + "; is that the name of a region?");
        }
        return new PriceList(region, today.toString(), SOURCE, priced);
    }

    private Set<Double> hourlyDollars(String type, String region) {
        Map<String, String> wanted = new TreeMap<>(COMMON);
        wanted.put("instanceType", type);
        wanted.put("regionCode", region);
        GetProductsRequest request = GetProductsRequest.builder()
                .serviceCode("AmazonEC2")
                .filters(wanted.entrySet().stream()
                        .map(each -> Filter.builder()
                                .type(FilterType.TERM_MATCH)
                                .field(each.getKey())
                                .value(each.getValue())
                                .build())
                        .toList())
                .build();
        Set<Double> prices = new TreeSet<>();
        try {
            clients.pricing().getProductsPaginator(request).priceList().forEach(product -> collect(product, prices));
        } catch (JacksonException | NumberFormatException e) {
            throw new CloudException.Invalid(
                    "what the price list says of " + type + " cannot be read: " + e.getMessage());
        }
        return prices;
    }

    /** A price of zero is that of what is paid for elsewhere. */
    private static void collect(String product, Set<Double> prices) {
        for (JsonNode term :
                JSON.readTree(product).path("terms").path("OnDemand").values()) {
            for (JsonNode dimension : term.path("priceDimensions").values()) {
                double dollars = Double.parseDouble(
                        dimension.path("pricePerUnit").path("USD").asString("0"));
                if (dimension.path("unit").asString("").equals("Hrs") && dollars > 0) {
                    prices.add(dollars);
                }
            }
        }
    }
}
