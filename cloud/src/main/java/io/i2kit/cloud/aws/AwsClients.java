package io.i2kit.cloud.aws;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's blocking clients, for callers on virtual threads. Each is built when it is first asked for, since that costs a second
 * of processor time; all share one HTTP client, one retry policy and the account's limiters. Credentials come from the SDK's usual
 * chain (environment, profile, container, instance).
 */
public final class AwsClients implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Waiting for a turn is part of a call. */
    private static final Duration CALL = Duration.ofMinutes(2);

    private final Region region;
    private final @Nullable URI endpoint;
    private final List<ExecutionInterceptor> interceptors;
    private final Patience patience;
    private final SdkHttpClient http;
    private final ConcurrentMap<Class<?>, SdkAutoCloseable> clients = new ConcurrentHashMap<>();

    /**
     * How long calls are waited for, and how often each is tried.
     *
     * @param attempt a dead connection is not waited for longer
     * @param retries which failures are tried again, and after which time
     */
    public record Patience(Duration attempt, RetryStrategy retries) {
        /** Longer than any call that i2kit makes takes at AWS; three attempts, with the SDK's standard pauses. */
        public static Patience customary() {
            return new Patience(Duration.ofSeconds(20), AwsRetryStrategy.standardRetryStrategy());
        }
    }

    public AwsClients(AwsOptions options) {
        this(options.region(), options.endpoint(), List.of());
    }

    /**
     * @param endpoint where every call goes, or null for AWS ({@code AWS_ENDPOINT_URL} is honoured by the SDK itself)
     * @param observers see every attempt of every call, before the limiter
     */
    public AwsClients(String region, @Nullable URI endpoint, List<ExecutionInterceptor> observers) {
        this(region, endpoint, observers, Patience.customary());
    }

    /** As the other, for who has another patience. */
    public AwsClients(String region, @Nullable URI endpoint, List<ExecutionInterceptor> observers, Patience patience) {
        this.region = Region.of(region);
        this.endpoint = endpoint;
        this.interceptors = List.copyOf(observers);
        this.patience = patience;
        this.http = UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(patience.attempt())
                .build();
    }

    public Ec2Client ec2() {
        return client(Ec2Client.class, () -> configured(Ec2Client.builder()));
    }

    public EbsClient ebs() {
        return client(EbsClient.class, () -> configured(EbsClient.builder()));
    }

    public AutoScalingClient autoScaling() {
        return client(AutoScalingClient.class, () -> configured(AutoScalingClient.builder()));
    }

    public ElasticLoadBalancingV2Client loadBalancing() {
        return client(ElasticLoadBalancingV2Client.class, () -> configured(ElasticLoadBalancingV2Client.builder()));
    }

    public Route53Client route53() {
        return client(Route53Client.class, () -> configured(Route53Client.builder()));
    }

    /** An endpoint of one's own has no host name for each bucket. */
    public S3Client s3() {
        return client(S3Client.class, () -> {
            S3ClientBuilder builder = S3Client.builder();
            if (endpoint != null || System.getenv("AWS_ENDPOINT_URL") != null) {
                builder.forcePathStyle(true);
            }
            return configured(builder);
        });
    }

    public IamClient iam() {
        return client(IamClient.class, () -> configured(IamClient.builder()));
    }

    public KmsClient kms() {
        return client(KmsClient.class, () -> configured(KmsClient.builder()));
    }

    public StsClient sts() {
        return client(StsClient.class, () -> configured(StsClient.builder()));
    }

    /** The price list of all regions has its endpoint in few of them (AWS General Reference, "AWS Price List Service"). */
    public PricingClient pricing() {
        return client(PricingClient.class, () -> configured(PricingClient.builder(), Region.US_EAST_1));
    }

    private <C extends SdkAutoCloseable> C client(Class<C> type, Supplier<C> build) {
        return type.cast(clients.computeIfAbsent(type, ignored -> build.get()));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C configured(B builder) {
        return configured(builder, region);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C configured(B builder, Region where) {
        ClientOverrideConfiguration.Builder override = ClientOverrideConfiguration.builder()
                .retryStrategy(patience.retries())
                .apiCallAttemptTimeout(patience.attempt())
                .apiCallTimeout(CALL);
        interceptors.forEach(override::addExecutionInterceptor);
        override.addExecutionInterceptor(new LimitingInterceptor(this::limiter));
        builder.region(where).httpClient(http).overrideConfiguration(override.build());
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    private final ConcurrentMap<String, AwsLimiter> limiters = new ConcurrentHashMap<>();

    /** The account's budget of a service, as far as AWS publishes it; the rest is learnt from its refusals. */
    private AwsLimiter limiter(String service) {
        return limiters.computeIfAbsent(service, name -> switch (name) {
            // "5 requests a second" for changes (Route 53 Developer Guide, quotas).
            case "Route 53" -> new AwsLimiter(5, 5, System::nanoTime);
            // One shared throttle for all Auto Scaling calls, not published.
            case "Auto Scaling" -> new AwsLimiter(10, 50, System::nanoTime);
            // Bucket of 100 and 20/s for most Describe calls, 50 and 5/s and more for changes (EC2 API throttling).
            case "EC2" -> new AwsLimiter(20, 100, System::nanoTime);
            case "Elastic Load Balancing v2" -> new AwsLimiter(10, 40, System::nanoTime);
            // PutSnapshotBlock 1,000/s a region (EBS quotas); half of it leaves room for others.
            case "EBS" -> new AwsLimiter(500, 500, System::nanoTime);
            case "S3" -> new AwsLimiter(500, 500, System::nanoTime);
            default -> new AwsLimiter(10, 20, System::nanoTime);
        });
    }

    @Override
    public void close() {
        clients.values().forEach(SdkAutoCloseable::close);
        http.close();
    }
}
