package org.iommulab.app.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.graph.Moment;
import org.iommulab.hardware.TlbView;

/**
 * Moments made by hand after the Exynos story on 32-bit ARM: a display, a mixer, a 2D engine and a rotator, each behind
 * a unit of its own, each with a mapping of the ARM DMA glue, and the mapping that exynos-drm shares.
 */
public final class SampleMoments {
    public static final int FIMD = 21;
    public static final int FIMD_UNIT = 11;
    public static final int DOMAIN_1 = 31;
    public static final int SHARED = 35;
    private static final String[] NAMES = {"11c00000.fimd", "12c10000.mixer", "10800000.g2d", "12810000.rotator"};
    private static final String[] TITLES = {"display controller", "TV mixer", "2D engine", "rotator"};
    private static final String[] UNITS = {"11e20000.sysmmu", "12e20000.sysmmu", "10a40000.sysmmu", "12a30000.sysmmu"};
    private static final long[] BASES = {0x4810_8000L, 0x4820_0000L, 0x4830_0000L, 0x4840_0000L};
    private static final int[] PAGES = {41, 128, 16, 1};

    private SampleMoments() {}

    /** Before any driver is bound. */
    public static Moment boot() {
        var devices = new ArrayList<Moment.DeviceView>();
        var units = new ArrayList<Moment.UnitView>();
        for (int i = 0; i < 4; i++) {
            devices.add(device(i, "", Moment.DmaOpsKind.DIRECT, 0, Optional.empty()));
            units.add(unit(i, 0, 0, 0, false));
        }
        return moment(0, List.of(), devices, units, List.of(), List.of());
    }

    /** The first device joins its group. */
    public static Moment joined() {
        Moment boot = boot();
        var loose = new ArrayList<>(boot.loose());
        Moment.DeviceView fimd = loose.removeFirst();
        var group = new Moment.GroupView(1, 0, "", 0, OptionalInt.empty(), OptionalInt.empty(), List.of(fimd));
        return moment(20, List.of(group), loose, boot.units(), List.of(), List.of());
    }

    /** Everything attached to the ARM glue's mappings. */
    public static Moment attached() {
        return world(101, new int[] {31, 32, 33, 34}, new int[] {31, 32, 33, 34}, false, List.of(), picture(0));
    }

    /** Patch 1 to 5: the core has let go of fimd's domain, nobody told the driver. */
    public static Moment parted() {
        return world(
                148,
                new int[] {0, 32, 33, 34},
                new int[] {31, 32, 33, 34},
                false,
                List.of(new Moment.Disagreement(
                        1, FIMD_UNIT, OptionalInt.of(31), "the core says NULL; 11e20000 still walks mapping 1")),
                picture(20));
    }

    /** The same one step on: the domain is freed while the unit walks it. */
    public static Moment freed() {
        Moment parted = parted();
        var domains = new ArrayList<>(parted.domains());
        domains.set(0, domain(0, true));
        return moment(152, parted.groups(), List.of(), parted.units(), domains, parted.disagreements());
    }

    /** 6.2: the display is on exynos-drm's shared mapping, the others follow. */
    public static Moment shared() {
        return world(
                200,
                new int[] {SHARED, SHARED, 33, 34},
                new int[] {SHARED, SHARED, 33, 34},
                true,
                List.of(),
                picture(0));
    }

    private static Moment world(
            int step,
            int[] belief,
            int[] hardware,
            boolean shared,
            List<Moment.Disagreement> disagreements,
            Moment.Screen screen) {
        var groups = new ArrayList<Moment.GroupView>();
        var units = new ArrayList<Moment.UnitView>();
        var domains = new ArrayList<Moment.DomainView>();
        for (int i = 0; i < 4; i++) {
            boolean drm = belief[i] == 0 || belief[i] == SHARED;
            var ops = belief[i] == 0 ? Moment.DmaOpsKind.DIRECT : Moment.DmaOpsKind.ARM_IOMMU;
            var device = device(i, "exynos", ops, belief[i], i == 0 ? Optional.of(screen) : Optional.empty());
            groups.add(new Moment.GroupView(
                    i + 1,
                    i,
                    drm ? "exynos-drm" : "arm dma glue",
                    1,
                    belief[i] == 0 ? OptionalInt.empty() : OptionalInt.of(belief[i]),
                    OptionalInt.empty(),
                    List.of(device)));
            long base = hardware[i] == SHARED ? 0x4850_0000L : BASES[i];
            units.add(unit(i, hardware[i], base, 3, belief[i] == 0));
            domains.add(domain(i, false));
        }
        if (shared) {
            domains.add(new Moment.DomainView(
                    SHARED, "mapping 5", Moment.DomainKind.UNMANAGED, 0x4850_0000L, 300, 2, false, 2, List.of(11, 12)));
        }
        return moment(step, groups, List.of(), units, domains, disagreements);
    }

    private static Moment moment(
            int step,
            List<Moment.GroupView> groups,
            List<Moment.DeviceView> loose,
            List<Moment.UnitView> units,
            List<Moment.DomainView> domains,
            List<Moment.Disagreement> disagreements) {
        return new Moment(
                step, step / 1000.0, groups, loose, units, domains, disagreements, List.of(), Optional.empty());
    }

    private static Moment.DeviceView device(
            int i, String driver, Moment.DmaOpsKind ops, int mapping, Optional<Moment.Screen> screen) {
        return new Moment.DeviceView(
                FIMD + i,
                NAMES[i],
                TITLES[i],
                driver,
                !driver.isEmpty() && i != 3,
                ops,
                List.of(FIMD_UNIT + i),
                mapping == 0 ? OptionalInt.empty() : OptionalInt.of(mapping),
                OptionalInt.empty(),
                screen);
    }

    private static Moment.UnitView unit(int i, int pointsAt, long base, int filled, boolean stale) {
        var tlb = new ArrayList<TlbView>();
        var staleSlots = new ArrayList<Integer>();
        for (int slot = 0; slot < filled; slot++) {
            tlb.add(new TlbView(slot, 0x4002_3000L + slot * 0x1000, 0x6a31_2000L + slot * 0x1000, 4096, "rw"));
            if (stale) {
                staleSlots.add(slot);
            }
        }
        boolean powered = pointsAt != 0 && i != 3;
        return new Moment.UnitView(
                FIMD_UNIT + i,
                UNITS[i],
                "SysMMU v3.2",
                powered,
                powered,
                false,
                base,
                powered ? List.of(pointsAt) : List.of(),
                List.of(),
                tlb,
                8,
                staleSlots,
                "");
    }

    private static Moment.DomainView domain(int i, boolean freed) {
        return new Moment.DomainView(
                DOMAIN_1 + i,
                "mapping " + (i + 1),
                Moment.DomainKind.UNMANAGED,
                BASES[i],
                PAGES[i],
                2,
                freed,
                2,
                List.of(FIMD_UNIT + i));
    }

    private static Moment.Screen picture(int wrong) {
        var cells = new ArrayList<Integer>();
        int[] bars = {0xffffff, 0xf0d000, 0x00c0d0, 0x20b040, 0xc040c0, 0xd03030, 0x3050d0, 0x202020};
        for (int i = 0; i < 16 * 9; i++) {
            cells.add(wrong > 0 && i >= 16 * 9 - wrong ? -1 : bars[i % 16 / 2]);
        }
        return new Moment.Screen(16, 9, cells, wrong);
    }
}
