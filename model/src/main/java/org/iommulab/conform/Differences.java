package org.iommulab.conform;

import java.util.List;

/** The first difference of two lists, in words. */
final class Differences {
    private Differences() {}

    static String first(List<String> recorded, List<String> lab) {
        int at = 0;
        while (at < recorded.size() && at < lab.size() && recorded.get(at).equals(lab.get(at))) {
            at++;
        }
        return "recorded " + shown(recorded, at) + ", lab " + shown(lab, at);
    }

    private static String shown(List<String> list, int at) {
        return at < list.size() ? "'" + list.get(at) + "'" : "nothing more";
    }
}
