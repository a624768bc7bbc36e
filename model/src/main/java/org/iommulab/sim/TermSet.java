package org.iommulab.sim;

import java.util.Arrays;
import java.util.function.Predicate;

/** The terms whose names fit. Each name is tried once; from then on it is a look into an array. For any thread. */
public final class TermSet {
    private static final byte UNKNOWN = 0;
    private static final byte IN = 1;
    private static final byte OUT = 2;

    private final Predicate<String> fits;

    /** By number. What two threads find out at a time is the same; what gets lost is found out again. */
    private volatile byte[] known = new byte[256];

    /** @param fits must always say the same of a name */
    public TermSet(Predicate<String> fits) {
        this.fits = fits;
    }

    public boolean contains(Term term) {
        byte[] now = known;
        int number = term.number();
        if (number >= now.length) {
            now = Arrays.copyOf(now, Math.max(number + 1, 2 * now.length));
            known = now;
        }
        if (now[number] == UNKNOWN) {
            now[number] = fits.test(term.name()) ? IN : OUT;
        }
        return now[number] == IN;
    }
}
