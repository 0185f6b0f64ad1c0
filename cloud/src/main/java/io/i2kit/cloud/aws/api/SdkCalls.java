package io.i2kit.cloud.aws.api;

import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Turns the SDK's errors into ours. */
final class SdkCalls {
    private SdkCalls() {}

    static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (AwsServiceException e) {
            Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
            String code = details.map(AwsErrorDetails::errorCode).orElse(Integer.toString(e.statusCode()));
            String message = details.map(AwsErrorDetails::errorMessage).orElse(String.valueOf(e.getMessage()));
            throw new AwsException(code, e.statusCode(), message, e);
        } catch (SdkClientException e) {
            throw new AwsException(AwsException.NO_ANSWER, 0, String.valueOf(e.getMessage()), e);
        }
    }
}
