package io.i2kit.cloud.model;

/** One thing that a cloud can hold. Its {@link #name} is unique within its kind and cluster and never changes. */
public sealed interface CloudResource
        permits MachineImage, LaunchTemplate, InstanceGroup, LoadBalancer, DnsRecord, PublicName {
    String name();
}
