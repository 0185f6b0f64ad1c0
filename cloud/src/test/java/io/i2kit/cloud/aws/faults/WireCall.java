package io.i2kit.cloud.aws.faults;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call as it is on the wire.
 *
 * @param invocation equal for all attempts of one call of the SDK
 * @param service the name that the request is signed for, for example {@code elasticloadbalancing}
 * @param action AWS' name of the operation, or method and path where the protocol has none
 */
public record WireCall(String invocation, String service, String action) {
    private static final Pattern SCOPE = Pattern.compile("Credential=[^/]+/[^/]+/[^/]+/([^/]+)/aws4_request");
    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([^&]+)");

    static WireCall of(HttpExchange exchange, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        Matcher action = ACTION.matcher(text);
        String path = exchange.getRequestURI().getPath();
        return new WireCall(
                header(exchange, "amz-sdk-invocation-id").orElse(""),
                header(exchange, "Authorization")
                        .map(SCOPE::matcher)
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                        .orElse(""),
                action.find() ? action.group(1) : exchange.getRequestMethod() + " " + path);
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    boolean isChange() {
        return !action.startsWith("Describe") && !action.startsWith("GET ") && !action.startsWith("HEAD ");
    }

    /** The body of an error as the service's protocol has it. */
    String error(String code) {
        return switch (service) {
            case "ec2" ->
                "<Response><Errors><Error><Code>" + code + "</Code><Message>as asked</Message></Error></Errors>"
                        + "<RequestID>1</RequestID></Response>";
            case "s3" -> "<Error><Code>" + code + "</Code><Message>as asked</Message></Error>";
            case "ebs" -> "{\"__type\":\"" + code + "\",\"Message\":\"as asked\"}";
            default ->
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>as asked</Message></Error>"
                        + "<RequestId>1</RequestId></ErrorResponse>";
        };
    }

    /** How the service refuses for the rate (the services' own lists of common errors). */
    String throttling() {
        return switch (service) {
            case "ec2" -> "RequestLimitExceeded";
            case "s3" -> "SlowDown";
            case "ebs" -> "ThrottlingException";
            default -> "Throttling";
        };
    }

    int throttlingStatus() {
        return service.equals("ec2") || service.equals("s3") ? 503 : 400;
    }

    String failure() {
        return service.equals("s3") || service.equals("ec2") ? "InternalError" : "InternalFailure";
    }

    @Override
    public String toString() {
        return service + " " + action;
    }
}
