package org.iommulab.kernel;

/** A callback that fails on purpose: the n-th call (from 1) of {@code driver.callback} returns this error. */
public record Failure(String driver, Callback callback, int nth, Errno error) {
    @Override
    public String toString() {
        return driver + "." + callback.kernelName() + "@" + nth + "=-" + error;
    }
}
