package io.i2kit.translator;

/** Annotations that i2kit writes to objects. */
public final class Annotations {
    /** On a ReplicaSet or bare Pod: its images by digest, a JSON list of {@link ContainerImage}. */
    public static final String IMAGE_DIGESTS = "i2kit.io/image-digests";

    /** On a Pod: the id of the machine that it is bound to. Set once. */
    public static final String INSTANCE_ID = "i2kit.io/instance-id";

    /** On a Pod: the cloud's name of the group that its machine belongs to. */
    public static final String INSTANCE_GROUP = "i2kit.io/instance-group";

    private Annotations() {}
}
