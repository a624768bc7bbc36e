package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.IdRange;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.golden.Formats;

/** Puts AMD IOMMUs and their driver on a board: the one class of this room that sees both. */
public final class AmdBackend implements Backend {
    private static final int LAST_ID = 0xffff;

    /** Ranges of a captured machine: the first id in bits 31:16, the last in 15:0. No board names them. */
    private static final String IDS = "ids";

    private static final int PAGE_SHIFT = 12;

    @Override
    public String unitType() {
        return AmdInit.NAME;
    }

    @Override
    public String unitTitle() {
        return "AMD IOMMU";
    }

    /** The requester id of an access is wiring; the driver has it from PCI or, for ACPI devices, from the IVRS. */
    @Override
    public boolean isNamedByIommus() {
        return false;
    }

    @Override
    public boolean isPlatformDevice() {
        return false;
    }

    /**
     * The first and the last requester id of the IVRS's range, whether the unit walks guest tables, and the memory that
     * firmware has one device use: its id, the first page and how many. The first word of the capability and the feature
     * register are those of a certain unit; interrupts are remapped where the IVRS names the I/O APICs; and whether a kernel that
     * crashed left the unit on, with tables of its own.
     */
    @Override
    public Map<String, IntRange> properties() {
        var ids = new IntRange(0, LAST_ID);
        var pages = new IntRange(0, 1 << 20);
        return Map.of(
                "capability",
                new IntRange(0, 0xffff_ffffL),
                "features",
                new IntRange(0, Long.MAX_VALUE),
                "interruptRemapping",
                new IntRange(0, 1),
                "firstId",
                ids,
                "lastId",
                ids,
                "guestTables",
                new IntRange(0, 1),
                "leftOn",
                new IntRange(0, 1),
                "unityId",
                ids,
                "unityFirstPage",
                pages,
                "unityPages",
                pages);
    }

    /** {@code ivhd0} hangs on the unit's own function; where its registers are is not shown. */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        if (!instance.name().startsWith("ivhd")) {
            return Optional.empty();
        }
        var properties = new LinkedHashMap<String, Long>();
        properties.put("capability", instance.hex("amd-iommu/cap").orElse(0L));
        properties.put("features", features(instance));
        properties.put("interruptRemapping", 1L);
        // an IVHD names ranges of device ids; of several each has, here, those that its functions show
        int count = 0;
        for (IdRange range : instance.ids()) {
            properties.put(IDS + count++, (long) range.first() << 16 | range.last());
        }
        memory.stream().limit(1).forEach(unity -> {
            properties.put("unityId", (long) unity.requesterId());
            properties.put("unityFirstPage", unity.first() >> PAGE_SHIFT);
            properties.put("unityPages", (unity.last() >> PAGE_SHIFT) - (unity.first() >> PAGE_SHIFT) + 1);
        });
        return instance.hangsOn().map(device -> new SysfsInstance.Unit(device, 0, properties));
    }

    // amd_iommu_show_features: v6.1 prints the second feature word first, v6.12 the first one (since 7b7563a93437,
    // which
    // should be v6.7's: not seen); long ago there was one word
    private static long features(SysfsInstance instance) {
        String[] words =
                instance.attributes().getOrDefault("amd-iommu/features", "0").split(":");
        boolean firstIsFirst = instance.kernel().compareTo(Version.V6_7) >= 0;
        return Long.parseUnsignedLong(firstIsFirst ? words[0] : words[words.length - 1], 16);
    }

    @Override
    public String driverName() {
        return AmdDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new AmdFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new AmdFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var iommus = new ArrayList<AmdInstance>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            var unit = new AmdIommu(machine, name, features(plan), site.memory(), irq);
            units.add(unit);
            if (plan.property("leftOn", 0) != 0) {
                List<Integer> ids =
                        plan.masters().stream().map(wire -> wire.spec().id()).toList();
                unit.leaveOn(new AmdLeftOn(site.memory(), site.frames()).tables(ids, plan.property("lastId", LAST_ID)));
            }
            var wired = new AmdInstance.Wired(
                    plan.device(),
                    unit,
                    irq,
                    ids(plan),
                    plan.longProperty("capability", 0),
                    plan.property("interruptRemapping", 0) != 0);
            iommus.add(new AmdInstance(site, iommus.size(), wired));
        }
        var init = new AmdInit(site, new AmdSegment(site, iommus, hids(plans)), new AmdReserved(unityMaps(plans)));
        AmdDriver driver = init.driver();
        return new Room(units, init, driver.ops(), driver.ops().sourceTable(), AmdDriver::notedDomain, driver::unitsOf);
    }

    /** A board names one range; of a captured machine there may be more. */
    private static List<IdRange> ids(UnitPlan plan) {
        var ranges = new ArrayList<IdRange>();
        for (int i = 0; plan.properties().containsKey(IDS + i); i++) {
            long range = plan.longProperty(IDS + i, 0);
            ranges.add(new IdRange((int) (range >> 16), (int) range & 0xffff));
        }
        return ranges.isEmpty()
                ? List.of(new IdRange(plan.property("firstId", 0), plan.property("lastId", LAST_ID)))
                : ranges;
    }

    private static long features(UnitPlan plan) {
        long all = plan.longProperty("features", 0);
        if (all != 0) {
            return all;
        }
        long guest = AmdLayout.FEATURE_GT | AmdLayout.FEATURE_GIO;
        return plan.property("guestTables", 1) != 0 ? AmdLayout.USUAL_FEATURES : AmdLayout.USUAL_FEATURES & ~guest;
    }

    private static List<AmdReserved.UnityMap> unityMaps(List<UnitPlan> plans) {
        return plans.stream()
                .filter(plan -> plan.property("unityPages", 0) > 0)
                .map(plan -> new AmdReserved.UnityMap(
                        plan.property("unityId", 0),
                        (long) plan.property("unityFirstPage", 0) << PAGE_SHIFT,
                        (long) plan.property("unityPages", 0) << PAGE_SHIFT))
                .toList();
    }

    /** What the IVRS says of devices that are not on PCI. */
    private static Map<String, Integer> hids(List<UnitPlan> plans) {
        var hids = new LinkedHashMap<String, Integer>();
        for (UnitPlan plan : plans) {
            for (UnitPlan.Wire wire : plan.masters()) {
                if (PciAddress.parse(wire.device()).isEmpty()) {
                    hids.put(wire.device(), wire.spec().id());
                }
            }
        }
        return hids;
    }
}
