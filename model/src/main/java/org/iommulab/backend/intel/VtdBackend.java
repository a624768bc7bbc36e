package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.iommulab.backend.Backend;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** Puts VT-d units and their driver on a board: the one class of this room that sees both. */
public final class VtdBackend implements Backend {
    private static final int LAST_ID = 0xffff;
    private static final String SCOPE = "scope%d";

    /** More functions and bridges of one unit are not named; the lab's own limit. */
    private static final int SCOPE_ENTRIES = 64;

    private static final int RMRRS = 8;
    private static final String DEVICE = "rmrr%dDevice";
    private static final String BASE = "rmrr%dBase";
    private static final String END = "rmrr%dEnd";

    @Override
    public String unitType() {
        return VtdInit.NAME;
    }

    @Override
    public String unitTitle() {
        return "Intel VT-d";
    }

    /** The requester id of an access is wiring; the driver has it from PCI or, for ACPI devices, from the DMAR. */
    @Override
    public boolean isNamedByIommus() {
        return false;
    }

    @Override
    public boolean isPlatformDevice() {
        return false;
    }

    /**
     * The registers that say what the unit can do; what the DMAR table says: the host's address width, the DRHD's flags,
     * the I/O APIC whose interrupts the unit remaps, and the memory that firmware has devices use: the requester id of
     * each, the first byte and the last; and whether a kernel that crashed left the unit on, with tables of its own.
     */
    @Override
    public Map<String, IntRange> properties() {
        var any = new IntRange(Long.MIN_VALUE, Long.MAX_VALUE);
        var properties = new TreeMap<String, IntRange>();
        properties.put("cap", any);
        properties.put("ecap", any);
        properties.put("version", new IntRange(0, 0xff));
        properties.put("hostWidth", new IntRange(1, 64));
        properties.put("flags", new IntRange(0, 0xff));
        properties.put("ioApic", new IntRange(0, 0xff));
        properties.put("leftOn", new IntRange(0, 1));
        for (int i = 0; i < RMRRS; i++) {
            properties.put(DEVICE.formatted(i), new IntRange(0, LAST_ID));
            properties.put(BASE.formatted(i), new IntRange(0, Long.MAX_VALUE));
            properties.put(END.formatted(i), new IntRange(0, Long.MAX_VALUE));
        }
        for (int i = 0; i < SCOPE_ENTRIES; i++) {
            properties.put(SCOPE.formatted(i), new IntRange(0, LAST_ID));
        }
        return properties;
    }

    /** {@code dmar0}; that it serves all functions of PCI is the DMAR's way with a machine's only unit. Segment 0 alone. */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        if (!instance.name().startsWith("dmar")) {
            return Optional.empty();
        }
        var caps = new VtdCaps(
                instance.hex("intel-iommu/cap").orElse(VtdCaps.QEMU.cap()),
                instance.hex("intel-iommu/ecap").orElse(VtdCaps.QEMU.ecap()));
        var properties = new TreeMap<String, Long>();
        properties.put("cap", caps.cap());
        properties.put("ecap", caps.ecap());
        properties.put("hostWidth", (long) caps.mgaw());
        if (caps.interruptRemapping()) {
            properties.put("ioApic", 0L);
        }
        for (int i = 0; i < Math.min(memory.size(), RMRRS); i++) {
            properties.put(DEVICE.formatted(i), (long) memory.get(i).requesterId());
            properties.put(BASE.formatted(i), memory.get(i).first());
            properties.put(END.formatted(i), memory.get(i).last());
        }
        List<PciAddress> served = instance.served();
        if (!served.isEmpty()) {
            properties.put("flags", 0L);
        }
        for (int i = 0; i < Math.min(served.size(), SCOPE_ENTRIES); i++) {
            properties.put(SCOPE.formatted(i), (long) served.get(i).requesterId());
        }
        return Optional.of(new SysfsInstance.Unit(
                instance.name(), instance.hex("intel-iommu/address").orElse(0L), properties));
    }

    /** The firmware's table is read before the units are started. */
    @Override
    public List<String> unitDrivers() {
        return List.of(VtdDmar.NAME, VtdInit.NAME);
    }

    @Override
    public String driverName() {
        return VtdDriver.NAME;
    }

    /** None: there are no golden cases and no C code to compare with. */
    @Override
    public Formats formats() {
        return new Formats() {
            @Override
            public List<GoldenFormat> golden() {
                return List.of();
            }

            @Override
            public List<TimedFormat> timed() {
                return List.of();
            }
        };
    }

    @Override
    public List<String> formatNames() {
        return List.of("vtd-second-level", "vtd-first-level");
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new IntelFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var iommus = new ArrayList<VtdInstance>();
        var memory = new ArrayList<VtdReserved.Rmrr>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            var caps = new VtdCaps(
                    plan.longProperty("cap", VtdCaps.QEMU.cap()), plan.longProperty("ecap", VtdCaps.QEMU.ecap()));
            var unit = new VtdUnit(machine, name, caps, plan.property("version", 0x10), site.memory(), irq);
            units.add(unit);
            if (plan.property("leftOn", 0) != 0) {
                List<Integer> sources =
                        plan.masters().stream().map(wire -> wire.spec().id()).toList();
                unit.leaveOn(new VtdLeftOn(site.memory(), site.frames(), caps).tables(sources));
            }
            var wired = new VtdInstance.Wired(
                    plan.device(),
                    unit,
                    irq,
                    plan.registers(),
                    plan.property("flags", 1),
                    scopeOf(plan),
                    acpi(plan),
                    plan.property("ioApic", -1));
            iommus.add(new VtdInstance(site, iommus.size(), wired));
            memory.addAll(memoryOf(plan));
        }
        var scopes = new VtdScopes(site, iommus);
        int width = plans.getFirst().property("hostWidth", 39);
        var init = new VtdInit(site, scopes, new VtdReserved(memory, scopes), width);
        return new Room(
                units,
                init,
                init.driver().ops(),
                init.driver().ops().sourceTable(),
                VtdDriver::notedDomain,
                VtdDriver::unitsOf,
                List::of,
                List.of(init.dmar()));
    }

    /** What the board wires to the unit, and what its device scope names besides, by requester id. */
    private static List<String> scopeOf(UnitPlan plan) {
        var scope = new ArrayList<String>();
        plan.masters().forEach(wire -> scope.add(wire.device()));
        for (int i = 0; i < SCOPE_ENTRIES; i++) {
            plan.property(SCOPE.formatted(i))
                    .ifPresent(id -> scope.add(PciAddress.of(0, id).toString()));
        }
        return scope;
    }

    private static List<VtdReserved.Rmrr> memoryOf(UnitPlan plan) {
        var memory = new ArrayList<VtdReserved.Rmrr>();
        for (int i = 0; i < RMRRS; i++) {
            int number = i;
            plan.property(DEVICE.formatted(i))
                    .ifPresent(source -> memory.add(new VtdReserved.Rmrr(
                            source,
                            plan.longProperty(BASE.formatted(number), 0),
                            plan.longProperty(END.formatted(number), 0))));
        }
        return memory;
    }

    /** What the DMAR says of devices that are not on PCI. */
    private static Map<String, Integer> acpi(UnitPlan plan) {
        var ids = new LinkedHashMap<String, Integer>();
        for (UnitPlan.Wire wire : plan.masters()) {
            if (PciAddress.parse(wire.device()).isEmpty()) {
                ids.put(wire.device(), wire.spec().id());
            }
        }
        return ids;
    }
}
