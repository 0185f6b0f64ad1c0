package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.provider.CloudException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A call that AWS refused, or that did not reach it. */
public final class AwsException extends RuntimeException {
    /** The code of a call whose answer never came: its effect is unknown. */
    public static final String NO_ANSWER = "NoAnswer";

    private static final Set<String> LIMITS = Set.of(
            "LimitExceeded",
            "LimitExceededException",
            "VcpuLimitExceeded",
            "InstanceLimitExceeded",
            "InsufficientInstanceCapacity",
            "RulesPerSecurityGroupLimitExceeded",
            "TooManyLoadBalancers",
            "TooManyListeners",
            "TooManyTargetGroups",
            "TooManyTargets",
            "TooManyRegistrationsForTargetId");
    private static final Set<String> TRANSIENT = Set.of(
            NO_ANSWER,
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "PriorRequestNotComplete",
            "ResourceInUse",
            "ResourceInUseFault",
            // A security group that the network interfaces of a load balancer being deleted still have.
            "DependencyViolation",
            "ResourceContention",
            "ScalingActivityInProgress",
            "InternalFailure",
            "InternalError",
            "ServiceUnavailable",
            "Unavailable");
    private static final int SERVER_ERROR = 500;

    private final String code;
    private final int status;

    /**
     * @param code AWS' own, for example {@code AlreadyExists}
     * @param status of the HTTP answer, or 0 without one
     */
    public AwsException(String code, int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.status = status;
    }

    public AwsException(String code, String message) {
        this(code, 400, message, null);
    }

    public String code() {
        return code;
    }

    /** Whether AWS says that the thing named is not there. */
    public boolean isNotFound() {
        // Auto Scaling's own code for a group that is not there is that of any bad request.
        boolean unknownGroup = code.equals("ValidationError")
                && String.valueOf(getMessage()).contains("AutoScalingGroup name not found");
        return unknownGroup || code.contains("NotFound") || code.equals("NoSuchKey") || code.equals("NoSuchEntity");
    }

    public boolean is(String other) {
        return code.equals(other);
    }

    /** The same to callers of the providers. */
    public CloudException toCloudException() {
        String text = code + ": " + getMessage();
        if (LIMITS.contains(code)) {
            return new CloudException.LimitExceeded(text);
        }
        if (isNotFound()) {
            return new CloudException.NotFound(text);
        }
        boolean transients = TRANSIENT.contains(code) || status >= SERVER_ERROR || status == 0;
        return transients ? new CloudException.Unavailable(text, this) : new CloudException.Invalid(text);
    }
}
