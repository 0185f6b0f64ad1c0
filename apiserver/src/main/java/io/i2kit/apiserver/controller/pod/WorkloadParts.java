package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.cloud.deploy.Described;
import io.i2kit.cloud.model.GroupStatus;

/**
 * What the machine controller works with.
 *
 * @param stacks records of what exists
 * @param groups what the cloud says
 * @param statusQueue keys of Pods whose status may have changed
 */
record WorkloadParts(
        Stacks stacks,
        Described<GroupStatus> groups,
        ReferenceIndex references,
        WorkloadDeployer deployer,
        MachineSide machines,
        Retirement retirement,
        WorkQueue statusQueue) {}
