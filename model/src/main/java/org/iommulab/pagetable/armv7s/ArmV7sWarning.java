package org.iommulab.pagetable.armv7s;

/** The WARN_ONs of io-pgtable-arm-v7s, by the function they are in; none has a text. */
public enum ArmV7sWarning {
    /** An address is too big. */
    MAP_PAGES("arm_v7s_map_pages"),
    /** A section is where a table is needed. */
    MAP("__arm_v7s_map"),
    /** A page is where one is to be mapped. */
    INIT_PTE("arm_v7s_init_pte"),
    /** The address is too big. */
    UNMAP_PAGES("arm_v7s_unmap_pages"),
    /** Nothing is mapped there. */
    UNMAP("__arm_v7s_unmap");

    private final String function;

    ArmV7sWarning(String function) {
        this.function = function;
    }

    public String function() {
        return function;
    }
}
