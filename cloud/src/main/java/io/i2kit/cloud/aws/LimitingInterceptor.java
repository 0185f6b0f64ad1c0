package io.i2kit.cloud.aws;

import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Makes every call wait for its turn, and slows down when AWS refuses one for its rate. */
final class LimitingInterceptor implements ExecutionInterceptor {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Function<String, AwsLimiter> limiters;

    /** @param limiters by the SDK's name of the service, for example {@code Auto Scaling} */
    LimitingInterceptor(Function<String, AwsLimiter> limiters) {
        this.limiters = limiters;
    }

    /** Before the SDK's own clocks start: waiting for a turn is no time of the call. */
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        try {
            limiter(attributes).acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("interrupted before the call", e);
        }
    }

    /** EC2 refuses by 503 RequestLimitExceeded; each attempt tells. */
    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        int status = context.httpResponse().statusCode();
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) {
            limiter(attributes).throttled();
        }
    }

    /** The others refuse by 400 and a code in the body, known once the SDK has given up retrying. */
    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.exception() instanceof AwsServiceException refusal && refusal.isThrottlingException()) {
            limiter(attributes).throttled();
        }
    }

    private AwsLimiter limiter(ExecutionAttributes attributes) {
        return limiters.apply(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
    }
}
