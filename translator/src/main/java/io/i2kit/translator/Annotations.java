package io.i2kit.translator;

/** Annotations that i2kit writes to objects. */
public final class Annotations {
    /** On a ReplicaSet or bare Pod: its images by digest, a JSON list of {@link ContainerImage}. */
    public static final String IMAGE_DIGESTS = "i2kit.io/image-digests";

    /** On a Pod: the id of the machine that it is bound to. Set once. */
    public static final String INSTANCE_ID = "i2kit.io/instance-id";

    /** On a Pod: the cloud's name of the group that its machine belongs to. */
    public static final String INSTANCE_GROUP = "i2kit.io/instance-group";

    /** On a Pod: the cloud's type of the machine that it is bound to. */
    public static final String MACHINE_TYPE = "i2kit.io/machine-type";

    /** On a Pod, where the cloud knows: what its machine costs a month (730 hours), {@code 7.59 USD}; before a bound {@code at most}. */
    public static final String MACHINE_MONTHLY_PRICE = "i2kit.io/machine-monthly-price";

    /** On a Pod with a price: what the price is of, its date and its source. */
    public static final String MACHINE_PRICE_BASIS = "i2kit.io/machine-price-basis";

    private Annotations() {}
}
