package io.i2kit.cloud.model;

/**
 * What a machine costs, without its disk and traffic.
 *
 * @param monthlyDollars US dollars for {@link #MONTH_HOURS}
 * @param upperBound whether it costs at most that, as the real price changes all the time
 * @param basis of what, of when and from where the price is, for people
 */
public record MachinePrice(double monthlyDollars, boolean upperBound, String basis) {
    /** Hours of a month, as AWS' own calculator counts. */
    public static final int MONTH_HOURS = 730;
}
