package io.i2kit.apiserver.patch;

/** Times as servers write them: {@code 2026-01-28T23:59:59Z}. The parser of every form of a time costs much more. */
final class PlainTime {
    private static final String FORM = "nnnn-nn-nnTnn:nn:nnZ";

    private PlainTime() {}

    /** Whether it is one, on a day that every month has; others may be times all the same. */
    static boolean matches(String text) {
        if (text.length() != FORM.length()) {
            return false;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char next = text.charAt(i);
            boolean fits = FORM.charAt(i) == 'n' ? next >= '0' && next <= '9' : next == FORM.charAt(i);
            if (!fits) {
                return false;
            }
        }
        int month = number(text, 5);
        int day = number(text, 8);
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= 28
                && number(text, 11) < 24
                && number(text, 14) < 60
                && number(text, 17) < 60;
    }

    private static int number(String text, int at) {
        return 10 * (text.charAt(at) - '0') + text.charAt(at + 1) - '0';
    }
}
