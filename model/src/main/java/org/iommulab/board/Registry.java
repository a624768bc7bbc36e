package org.iommulab.board;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.exynos.ExynosBackend;

/** Every vendor's room that the lab has: one line each. */
public final class Registry {
    private static final List<Backend> BACKENDS = List.of(new ExynosBackend());

    private Registry() {}

    public static List<Backend> backends() {
        return BACKENDS;
    }

    public static Optional<Backend> backend(String unitType) {
        return BACKENDS.stream().filter(b -> b.unitType().equals(unitType)).findFirst();
    }
}
