package org.iommulab.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.hardware.RegisterView;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;

/**
 * The machine at one step, as plain data that any thread may look at. Ids are the machine's object ids; lists are in a
 * fixed order that does not depend on the step.
 *
 * @param step the step
 * @param seconds simulated time since boot
 * @param groups IOMMU groups that exist, in order of their number
 * @param loose devices that are in no group
 * @param units IOMMU units of the board
 * @param domains every domain that exists or was freed but is still pointed at
 * @param held what a program of user space holds of VFIO and iommufd, in the order in which it was opened or made
 * @param disagreements where belief and hardware part, in plain sentences
 * @param rules the rules watched, always all of them, in the same order
 * @param walk the walk of the last access on or before this step, if there was one
 */
public record Moment(
        int step,
        double seconds,
        List<GroupView> groups,
        List<DeviceView> loose,
        List<UnitView> units,
        List<DomainView> domains,
        List<HeldView> held,
        List<Disagreement> disagreements,
        List<RuleView> rules,
        Optional<WalkTrace> walk) {

    public Moment {
        groups = List.copyOf(groups);
        loose = List.copyOf(loose);
        units = List.copyOf(units);
        domains = List.copyOf(domains);
        held = List.copyOf(held);
        disagreements = List.copyOf(disagreements);
        rules = List.copyOf(rules);
    }

    /** A moment in which no program holds anything. */
    public Moment(
            int step,
            double seconds,
            List<GroupView> groups,
            List<DeviceView> loose,
            List<UnitView> units,
            List<DomainView> domains,
            List<Disagreement> disagreements,
            List<RuleView> rules,
            Optional<WalkTrace> walk) {
        this(step, seconds, groups, loose, units, domains, List.of(), disagreements, rules, walk);
    }

    /** Whether anything is known of what the hardware does; of a captured machine nothing is. */
    public boolean hardwareKnown() {
        return units.isEmpty() || units.stream().anyMatch(UnitView::known);
    }

    /**
     * @param number the kernel's group number
     * @param owner who asks: {@code arm dma glue}, {@code exynos-drm}, {@code vfio}; empty when nobody
     * @param ownerCount the kernel's owner_cnt
     * @param domain what the core believes is attached: group.domain
     * @param defaultDomain group.default_domain
     */
    public record GroupView(
            int id,
            int number,
            String owner,
            int ownerCount,
            OptionalInt domain,
            OptionalInt defaultDomain,
            List<DeviceView> devices) {
        public GroupView {
            devices = List.copyOf(devices);
        }
    }

    /** Which software gives a device its DMA addresses. */
    public enum DmaOpsKind {
        /** The platform's own: physical addresses. */
        DIRECT("dma-direct"),
        ARM_IOMMU("arm iommu ops"),
        IOMMU_DMA("iommu-dma"),
        /** Of a real machine it need not be known. */
        NOT_TOLD("not captured");

        private final String text;

        DmaOpsKind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * @param name the kernel's device name, {@code 12c10000.mixer}
     * @param title in words, {@code TV mixer}
     * @param driver the bound driver, empty when there is none
     * @param active whether runtime PM has it powered
     * @param units ids of the units in front of it (wiring)
     * @param mapping id of the domain of its ARM mapping or iommu-dma cookie, if it has one
     * @param driverDomain what the IOMMU driver itself has noted for it (exynos: owner.domain)
     * @param screen what it last showed, for a display
     */
    public record DeviceView(
            int id,
            String name,
            String title,
            String driver,
            boolean active,
            DmaOpsKind dmaOps,
            List<Integer> units,
            OptionalInt mapping,
            OptionalInt driverDomain,
            Optional<Screen> screen) {
        public DeviceView {
            units = List.copyOf(units);
        }
    }

    /**
     * What a display controller read for its picture, one colour (0xRRGGBB) a cell, row by row; -1 for a cell whose
     * read got no answer.
     *
     * @param wrong how many cells differ from the frame buffer that the driver drew
     */
    public record Screen(int columns, int rows, List<Integer> cells, int wrong) {
        public Screen {
            cells = List.copyOf(cells);
        }
    }

    /**
     * @param model {@code SysMMU v3.2}
     * @param powered whether its clocks and power domain are on
     * @param translating whether it translates now; false lets every access through untouched
     * @param blocked whether it holds accesses back
     * @param tableBase what its table base register says, as an address; 0 when none was written
     * @param pointsAt the domains whose tables it walks, when it is translating and the lab finds them
     * @param tlb what its TLB holds
     * @param tlbSlots how many it could hold
     * @param staleTlb slots whose translation no table has any more
     * @param fault the latched fault in words; empty when there is none
     */
    public record UnitView(
            int id,
            String name,
            String model,
            boolean powered,
            boolean translating,
            boolean blocked,
            long tableBase,
            List<Integer> pointsAt,
            List<RegisterView> registers,
            List<TlbView> tlb,
            int tlbSlots,
            List<Integer> staleTlb,
            String fault) {
        public UnitView {
            pointsAt = List.copyOf(pointsAt);
            registers = List.copyOf(registers);
            tlb = List.copyOf(tlb);
            staleTlb = List.copyOf(staleTlb);
        }

        /** Whether the unit was ever looked into: one that has neither registers nor a TLB is only a name. */
        public boolean known() {
            return tlbSlots > 0 || !registers.isEmpty();
        }
    }

    /** What a domain is for; the names are the kernel's. */
    public enum DomainKind {
        BLOCKED,
        IDENTITY,
        UNMANAGED,
        DMA,
        DMA_FQ,
        PLATFORM,
        /** A process's own tables, for one PASID. */
        SVA,
        /** A guest's tables, on top of another domain's. */
        NESTED
    }

    /**
     * @param label {@code mapping 1}, {@code domain 3}
     * @param tableBase physical address of its top table, 0 when it has none
     * @param pages 4 KiB pages mapped; {@link #NOT_TOLD} for a machine that is only known from outside
     * @param tables tables in memory
     * @param freed whether iommu_domain_free has run: what points here dangles
     * @param references reference count of the ARM mapping around it; 0 when there is none
     * @param clients units that the driver has on this domain's list
     */
    public record DomainView(
            int id,
            String label,
            DomainKind kind,
            long tableBase,
            long pages,
            int tables,
            boolean freed,
            int references,
            List<Integer> clients) {
        /** Of a real machine nobody says what is mapped. */
        public static final long NOT_TOLD = -1;

        public DomainView {
            clients = List.copyOf(clients);
        }
    }

    /**
     * A group and a unit that part.
     *
     * @param domain whose table the unit walks for the group, if it walks one that the lab knows
     * @param sentence who thinks what, in plain words
     */
    public record Disagreement(int group, int unit, OptionalInt domain, String sentence) {}

    /**
     * A rule watched.
     *
     * @param key stable name, {@code hardware-follows-group}
     * @param title one line
     * @param brokenSince the event that broke it, if it is broken at this step or was before
     * @param brokenNow whether it is broken at this step
     * @param sentence who and what; empty while it holds
     * @param suspicion whether a breach is only suspicious, which breaks no run
     */
    public record RuleView(
            String key, String title, OptionalInt brokenSince, boolean brokenNow, String sentence, boolean suspicion) {
        /** A rule that must hold. */
        public RuleView(String key, String title, OptionalInt brokenSince, boolean brokenNow, String sentence) {
            this(key, title, brokenSince, brokenNow, sentence, false);
        }
    }
}
