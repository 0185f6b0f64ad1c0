package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Answers;
import io.i2kit.cloud.local.protocol.Answers.Done;
import io.i2kit.cloud.local.protocol.Call;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.util.function.Consumer;

/** Does what a call asks; any thread. */
final class CallHandler {
    private static final Duration MAX_PATIENCE = Duration.ofMinutes(1);

    private final OwnerThread owner;
    private final Core core;
    private final String version;
    private final Consumer<Boolean> shutdown;

    /** @param shutdown ends the process soon, with its machines if it is told true */
    CallHandler(OwnerThread owner, Core core, String version, Consumer<Boolean> shutdown) {
        this.owner = owner;
        this.core = core;
        this.version = version;
        this.shutdown = shutdown;
    }

    /** The answer, of the call's {@link Call#resultType}. */
    Object handle(Call<?> call) {
        return switch (call) {
            case Call.Ping _ ->
                new Answers.Pong(
                        Call.PROTOCOL,
                        version,
                        ProcessHandle.current().pid(),
                        core.changes().epoch());
            case Call.Info _ -> owner.call(core::info);
            case Call.Changes changes -> changes(changes);
            case Call.DescribeGroups describe ->
                new Answers.Groups(owner.call(() -> core.groups().describe(describe.names())));
            case Call.DescribeLoadBalancers describe ->
                new Answers.LoadBalancers(owner.call(() -> core.loadBalancers().describe(describe.names())));
            case Call.DescribeRecords _ ->
                new Answers.Records(owner.call(() -> core.zone().describe()));
            case Call.KeptLog kept ->
                new Answers.KeptLog(core.keptLogs()
                        .read(kept.instanceId(), kept.podUid(), kept.container(), kept.previous())
                        .orElse(null));
            case Call.Command command -> {
                owner.call(() -> {
                    command(command);
                    return true;
                });
                yield new Done();
            }
        };
    }

    private Answers.ChangeSet changes(Call.Changes call) {
        Duration patience = call.patience().compareTo(MAX_PATIENCE) > 0 ? MAX_PATIENCE : call.patience();
        try {
            return core.changes().since(call.epoch(), call.since(), patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException.Unavailable("interrupted", e);
        }
    }

    private void command(Call.Command command) {
        switch (command) {
            case Call.PutTemplate put -> {
                core.templates().put(put.template());
                core.reconciler().reconcile();
            }
            case Call.DeleteTemplate delete -> core.templates().delete(delete.name());
            case Call.PutGroup put -> core.groups().put(put.group());
            case Call.DeleteGroup delete -> core.groups().delete(delete.name(), delete.grace());
            case Call.Terminate terminate ->
                core.groups().terminate(terminate.instanceIds(), terminate.decrement(), terminate.grace());
            case Call.Tag tag -> core.groups().tag(tag.instanceId(), tag.tags());
            case Call.PutLoadBalancer put -> {
                core.loadBalancers().put(put.loadBalancer());
                core.publisher().publish();
                core.loadBalancers().openListeners();
            }
            case Call.DeleteLoadBalancer delete -> {
                core.loadBalancers().delete(delete.name());
                core.publisher().changed();
            }
            case Call.PutRecords put -> {
                core.zone().put(put.records());
                core.publisher().changed();
            }
            case Call.DeleteRecords delete -> {
                core.zone().delete(delete.names());
                core.publisher().changed();
            }
            case Call.Shutdown end -> shutdown.accept(end.destroy());
        }
    }
}
