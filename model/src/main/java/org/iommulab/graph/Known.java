package org.iommulab.graph;

import java.util.Map;
import java.util.Objects;

/** Looks up what must be there; that it is not is a defect of ours. */
public final class Known {
    private Known() {}

    public static <K, V> V in(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "nothing known of " + key);
    }
}
