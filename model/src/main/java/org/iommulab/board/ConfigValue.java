package org.iommulab.board;

/** An option of the kernel's configuration, as {@code .config} says it. */
public enum ConfigValue {
    Y,
    N;

    public boolean isYes() {
        return this == Y;
    }
}
