package org.iommulab.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names that were perhaps meant. */
public final class Names {
    private static final int LISTED = 12;

    private Names() {}

    /** The known name that is nearest to what was written, if it is near enough to have been meant. */
    public static Optional<String> nearest(String written, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> distance(written, name) <= Math.max(2, Math.min(written.length(), name.length()) / 3));
    }

    /** {@code , did you mean 'x'}, or the names that are known when none is near. */
    public static String hint(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> ", did you mean '" + name + "'")
                .orElseGet(() -> known.isEmpty() ? "; none is known here" : "; known: " + list(known));
    }

    private static String list(Collection<String> known) {
        String first = known.stream().limit(LISTED).collect(Collectors.joining(", "));
        return known.size() > LISTED ? first + " and " + (known.size() - LISTED) + " more" : first;
    }

    /** Edit distance: letters put in, left out, exchanged, or swapped with their neighbour; case does not count. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        if (Math.abs(a.length() - b.length()) > 8) {
            return Integer.MAX_VALUE;
        }
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int swap = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + swap, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
