package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;

/**
 * Functions whose requests carry ids that are not their own, by vendor and device (drivers/pci/quirks.c, the same in v6.1
 * and v6.12; the names of the rules are the kernel's). Switchtec's bridges between two hosts are not here: their ids stand
 * in registers of the device (quirk_switchtec_ntb_dma_alias), and the lab's functions have none.
 */
final class AliasQuirks {
    private static final int INTEL = 0x8086;
    private static final int MARVELL_EXT = 0x1b4b;
    private static final int ADAPTEC2 = 0x9005;

    /** quirk_dma_func0_alias: Ricoh, Glenfly. */
    private static final Set<Integer> FUNCTION_0 = Set.of(0x1180_e832, 0x1180_e476, 0x6766_3d40, 0x6766_3d41);

    /** quirk_dma_func1_alias: Marvell's and others' disk controllers. */
    private static final Set<Integer> FUNCTION_1 = Set.of(
            id(MARVELL_EXT, 0x9120),
            id(MARVELL_EXT, 0x9123),
            id(MARVELL_EXT, 0x9125),
            id(MARVELL_EXT, 0x9128),
            id(MARVELL_EXT, 0x9130),
            id(MARVELL_EXT, 0x9170),
            id(MARVELL_EXT, 0x9172),
            id(MARVELL_EXT, 0x917a),
            id(MARVELL_EXT, 0x9182),
            id(MARVELL_EXT, 0x9183),
            id(MARVELL_EXT, 0x91a0),
            id(MARVELL_EXT, 0x9215),
            id(MARVELL_EXT, 0x9220),
            id(MARVELL_EXT, 0x9230),
            id(MARVELL_EXT, 0x9235),
            id(0x1103, 0x0642),
            id(0x1103, 0x0645),
            id(0x197b, 0x2392),
            id(0x1c28, 0x0122));

    /** quirk_use_pcie_bridge_dma_alias. */
    private static final Set<Integer> EXPRESS_BRIDGES =
            Set.of(id(0x1b21, 0x1080), 0x10e3_8113, 0x1283_8892, 0x1283_8893, id(INTEL, 0x244e));

    /** quirk_bridge_cavm_thrx2_pcie_root. */
    private static final Set<Integer> TRANSLATION_ROOTS = Set.of(id(0x14e4, 0x9000), id(0x14e4, 0x9084));

    /** quirk_mic_x200_dma_alias. */
    private static final Set<Integer> MIC_X200 = Set.of(id(INTEL, 0x2260), id(INTEL, 0x2264));

    /** quirk_pex_vca_alias. */
    private static final Set<Integer> VISUAL_COMPUTE = Set.of(
            id(INTEL, 0x2954),
            id(INTEL, 0x2955),
            id(INTEL, 0x2956),
            id(INTEL, 0x2958),
            id(INTEL, 0x2959),
            id(INTEL, 0x295a));

    /** quirk_plx_ntb_dma_alias. */
    private static final Set<Integer> PLX_BRIDGES = Set.of(id(0x10b5, 0x87b0), id(0x10b5, 0x87b1));

    private AliasQuirks() {}

    /** One call of pci_add_dma_alias: devfns that follow one another. */
    record Range(int first, int count) {
        int last() {
            return first + count - 1;
        }
    }

    /**
     * What was found for one function; see {@link PciFunction}.
     *
     * @param ranges in the order in which they are added
     * @param isPlx whether the rule says its own name
     */
    record Found(List<Range> ranges, boolean translationRoot, boolean likeExpressBridge, boolean isPlx) {
        Found {
            ranges = List.copyOf(ranges);
        }

        Set<Integer> devfns() {
            return ranges.stream()
                    .flatMap(range ->
                            IntStream.rangeClosed(range.first(), range.last()).boxed())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private static int id(int vendor, int device) {
        return vendor << 16 | device;
    }

    static Found of(ConfigSpace space, PciType type, PciBus bus, int devfn) {
        int id = id(space.vendor(), space.device());
        var ranges = new ArrayList<Range>();
        if (FUNCTION_0.contains(id) && (devfn & 7) != 0) {
            ranges.add(new Range(devfn & ~7, 1));
        }
        if (FUNCTION_1.contains(id) && (devfn & 7) != 1) {
            ranges.add(new Range(devfn & ~7 | 1, 1));
        }
        if (isAdaptec(space)) {
            ranges.add(new Range(1 << 3, 1));
        }
        if (MIC_X200.contains(id)) {
            List.of(0x10 << 3, 0x11 << 3, 0x12 << 3 | 3).forEach(one -> ranges.add(new Range(one, 1)));
        }
        if (VISUAL_COMPUTE.contains(id)) {
            IntStream.range(0, 32).forEach(slot -> ranges.add(new Range(slot << 3, 5)));
        }
        boolean isPlx = PLX_BRIDGES.contains(id);
        if (isPlx) {
            ranges.add(new Range(0, 256));
        }
        return new Found(
                ranges,
                TRANSLATION_ROOTS.contains(id),
                EXPRESS_BRIDGES.contains(id) && isForward(space, type, bus),
                isPlx);
    }

    // quirk_fixed_dma_alias: Adaptec 3405 and 3805, whose DMA engine is a hidden device at 01.0
    private static boolean isAdaptec(ConfigSpace space) {
        return id(space.vendor(), space.device()) == id(ADAPTEC2, 0x0285)
                && space.subsystemVendor() == ADAPTEC2
                && Set.of(0x02bb, 0x02bc).contains(space.subsystemDevice());
    }

    // the bridge can be turned either way: this way if what is above it is PCI Express and no such bridge itself
    private static boolean isForward(ConfigSpace space, PciType type, PciBus bus) {
        return space.headerType() == 1
                && !type.isExpress()
                && bus.self()
                        .flatMap(Device::pci)
                        .map(PciFunction::type)
                        .filter(above -> above.isExpress() && above != PciType.PCIE_TO_PCI_BRIDGE)
                        .isPresent();
    }
}
