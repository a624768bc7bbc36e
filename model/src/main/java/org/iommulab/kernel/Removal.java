package org.iommulab.kernel;

/** A callback taken out of a driver's table: {@code exynos.attach_dev}. */
public record Removal(String driver, Callback callback) {
    @Override
    public String toString() {
        return driver + "." + callback.kernelName();
    }
}
