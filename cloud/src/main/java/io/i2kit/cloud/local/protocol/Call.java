package io.i2kit.cloud.local.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One request to the embedded cloud's process. The calls of {@code cloud.provider} mean what those interfaces say.
 *
 * @param <R> what it answers
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
@JsonSubTypes({
    @Type(value = Call.Ping.class, name = "ping"),
    @Type(value = Call.Info.class, name = "info"),
    @Type(value = Call.Shutdown.class, name = "shutdown"),
    @Type(value = Call.Changes.class, name = "changes"),
    @Type(value = Call.PutTemplate.class, name = "putTemplate"),
    @Type(value = Call.DeleteTemplate.class, name = "deleteTemplate"),
    @Type(value = Call.PutGroup.class, name = "putGroup"),
    @Type(value = Call.DeleteGroup.class, name = "deleteGroup"),
    @Type(value = Call.DescribeGroups.class, name = "describeGroups"),
    @Type(value = Call.KeptLog.class, name = "keptLog"),
    @Type(value = Call.Terminate.class, name = "terminate"),
    @Type(value = Call.Tag.class, name = "tag"),
    @Type(value = Call.PutLoadBalancer.class, name = "putLoadBalancer"),
    @Type(value = Call.DeleteLoadBalancer.class, name = "deleteLoadBalancer"),
    @Type(value = Call.DescribeLoadBalancers.class, name = "describeLoadBalancers"),
    @Type(value = Call.PutRecords.class, name = "putRecords"),
    @Type(value = Call.DeleteRecords.class, name = "deleteRecords"),
    @Type(value = Call.DescribeRecords.class, name = "describeRecords"),
})
public sealed interface Call<R> {
    /** The protocol's version; both sides must have the same. */
    int PROTOCOL = 1;

    /** The class that the answer is read as. */
    Class<R> resultType();

    /** Asks who is there; answered to every version of the protocol. */
    record Ping() implements Call<Answers.Pong> {
        @Override
        public Class<Answers.Pong> resultType() {
            return Answers.Pong.class;
        }
    }

    /** Asks for the host's abilities. */
    record Info() implements Call<Answers.CloudInfo> {
        @Override
        public Class<Answers.CloudInfo> resultType() {
            return Answers.CloudInfo.class;
        }
    }

    /** @param destroy whether machines, state and runtime files go as well; otherwise machines run on and are found again */
    record Shutdown(boolean destroy) implements Command {}

    /**
     * Asks for the names that changed.
     *
     * @param epoch of the former answer, or empty
     * @param since the former answer's sequence
     * @param patience how long the answer may wait for a change
     */
    record Changes(String epoch, long since, Duration patience) implements Call<Answers.ChangeSet> {
        @Override
        public Class<Answers.ChangeSet> resultType() {
            return Answers.ChangeSet.class;
        }
    }

    record PutTemplate(LaunchTemplate template) implements Command {}

    record DeleteTemplate(String name) implements Command {}

    record PutGroup(InstanceGroup group) implements Command {}

    record DeleteGroup(String name, Duration grace) implements Command {}

    record DescribeGroups(List<String> names) implements Call<Answers.Groups> {
        @Override
        public Class<Answers.Groups> resultType() {
            return Answers.Groups.class;
        }
    }

    record KeptLog(String instanceId, String podUid, String container, boolean previous)
            implements Call<Answers.KeptLog> {
        @Override
        public Class<Answers.KeptLog> resultType() {
            return Answers.KeptLog.class;
        }
    }

    record Terminate(List<String> instanceIds, boolean decrement, Duration grace) implements Command {}

    record Tag(String instanceId, Map<String, String> tags) implements Command {}

    record PutLoadBalancer(LoadBalancer loadBalancer) implements Command {}

    record DeleteLoadBalancer(String name) implements Command {}

    record DescribeLoadBalancers(List<String> names) implements Call<Answers.LoadBalancers> {
        @Override
        public Class<Answers.LoadBalancers> resultType() {
            return Answers.LoadBalancers.class;
        }
    }

    record PutRecords(List<DnsRecord> records) implements Command {}

    record DeleteRecords(List<String> names) implements Command {}

    record DescribeRecords() implements Call<Answers.Records> {
        @Override
        public Class<Answers.Records> resultType() {
            return Answers.Records.class;
        }
    }

    /** A call that answers nothing but that it is done. */
    sealed interface Command extends Call<Answers.Done> {
        @Override
        default Class<Answers.Done> resultType() {
            return Answers.Done.class;
        }
    }
}
