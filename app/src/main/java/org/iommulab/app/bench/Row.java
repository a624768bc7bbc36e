package org.iommulab.app.bench;

import java.util.Locale;

/**
 * A measured figure beside its goal.
 *
 * @param name the benchmark, as one asks for it
 * @param figure what was measured
 * @param unit {@code M steps/s}, {@code ms}, {@code bytes}
 * @param goal the bound that the figure must keep
 */
public record Row(String name, double figure, String unit, Goal goal) {
    /** A bound from one side. */
    public record Goal(boolean atLeast, double bound) {
        public static Goal atLeast(double bound) {
            return new Goal(true, bound);
        }

        public static Goal atMost(double bound) {
            return new Goal(false, bound);
        }

        boolean metBy(double figure) {
            return atLeast ? figure >= bound : figure <= bound;
        }
    }

    public boolean met() {
        return goal.metBy(figure);
    }

    /** {@code name | figure | unit | goal | met}. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-16s | %8.2f | %-13s | %s %6.1f | %s",
                name,
                figure,
                unit,
                goal.atLeast() ? ">=" : "<=",
                goal.bound(),
                met() ? "yes" : "no");
    }
}
