package org.iommulab.backend.exynos;

/** Hears of the driver's WARNs at the moment when the kernel would print them. */
@FunctionalInterface
public interface Warnings {
    /** The WARNs of map and unmap, by the function they are in. */
    enum Warning {
        /** {@code WARN(1, "Trying mapping on 1MiB@%#08x that is mapped")}. */
        LV1SET_SECTION("lv1set_section", "Trying mapping on 1MiB@%#08x that is mapped"),
        /** {@code WARN(1, "Trying mapping on %#08x mapped with 1MiB page")}. */
        ALLOC_LV2ENTRY("alloc_lv2entry", "Trying mapping on %#08x mapped with 1MiB page"),
        /** A WARN_ON without text: the entry is in use. */
        LV2SET_PAGE("lv2set_page", ""),
        /** A WARN_ON without text: the size is smaller than the page. */
        UNMAP("exynos_iommu_unmap", "");

        private final String function;
        private final String text;

        Warning(String function, String text) {
            this.function = function;
            this.text = text;
        }

        public String function() {
            return function;
        }

        /** A format with the IOVA as its argument; empty for a plain WARN_ON. */
        public String text() {
            return text;
        }
    }

    void warn(Warning warning, long iova);

    /** For those who do not care. */
    Warnings IGNORED = (warning, iova) -> {};
}
