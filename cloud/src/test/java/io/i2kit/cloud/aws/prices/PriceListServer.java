package io.i2kit.cloud.aws.prices;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * AWS' price list on the loopback address, since moto has none: {@code GetProducts} in the shape that AWS answers in (AWS Billing and
 * Cost Management API Reference), one product a page.
 */
public final class PriceListServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Of each type: the products of an answer, JSON documents. Types that are not here have none. */
    public final ConcurrentMap<String, List<String>> products = new ConcurrentHashMap<>();

    /** The filters of each call, by field. */
    final ConcurrentLinkedQueue<Map<String, String>> asked = new ConcurrentLinkedQueue<>();

    /** How many calls are refused for their rate, from now on. */
    public final AtomicInteger throttled = new AtomicInteger();

    private final HttpServer server;

    public PriceListServer() throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    AwsClients clients() {
        return new AwsClients(AwsSamples.REGION, endpoint(), List.of());
    }

    /** Every type of the packaged table at a multiple of its price. */
    public void sellAll(double factor) {
        PriceList.packaged()
                .types()
                .forEach(type -> products.put(
                        type.name(),
                        List.of(product(type.name(), "Hrs", Double.toString(type.hourlyDollars() * factor)))));
    }

    /** A product with one price on demand and one of a reservation. */
    static String product(String type, String unit, String dollars) {
        return """
                {"product":{"productFamily":"Compute Instance","sku":"SKU1",
                  "attributes":{"instanceType":"%s","operatingSystem":"Linux","tenancy":"Shared","capacitystatus":"Used"}},
                 "serviceCode":"AmazonEC2",
                 "terms":{
                  "OnDemand":{"SKU1.JRTCKXETXF":{"sku":"SKU1","offerTermCode":"JRTCKXETXF","termAttributes":{},
                   "priceDimensions":{"SKU1.JRTCKXETXF.6YS6EN2CT7":{"unit":"%s","beginRange":"0","endRange":"Inf",
                     "appliesTo":[],"pricePerUnit":{"USD":"%s"}}}}},
                  "Reserved":{"SKU1.4NA7Y494T4":{"sku":"SKU1","offerTermCode":"4NA7Y494T4",
                   "priceDimensions":{"SKU1.4NA7Y494T4.6YS6EN2CT7":{"unit":"Hrs","pricePerUnit":{"USD":"0.0010000000"}}}}}},
                 "version":"20261120000000","publicationDate":"2026-11-20T00:00:00Z"}""".formatted(type, unit, dollars);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            if (!"AWSPriceListService.GetProducts".equals(target)) {
                send(exchange, 400, Map.of("__type", "UnknownOperationException", "Message", String.valueOf(target)));
            } else if (throttled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                send(exchange, 400, Map.of("__type", "ThrottlingException", "Message", "Rate exceeded"));
            } else {
                send(exchange, 200, page(request));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> page(JsonNode request) {
        Map<String, String> filters = new TreeMap<>();
        for (JsonNode filter : request.path("Filters").values()) {
            filters.put(filter.path("Field").asString(""), filter.path("Value").asString(""));
        }
        asked.add(filters);
        List<String> found = products.getOrDefault(filters.get("instanceType"), List.of());
        int from = Integer.parseInt(request.path("NextToken").asString("0"));
        Map<String, Object> page = new TreeMap<>(Map.of("FormatVersion", "aws_v1"));
        page.put("PriceList", found.isEmpty() ? List.of() : List.of(found.get(from)));
        if (from + 1 < found.size()) {
            page.put("NextToken", Integer.toString(from + 1));
        }
        return page;
    }

    private static void send(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
