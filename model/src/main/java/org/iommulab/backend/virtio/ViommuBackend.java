package org.iommulab.backend.virtio;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.backend.UnitPlan;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts virtio-iommus and their driver on a board: the one class of this room that sees both. */
public final class ViommuBackend implements Backend {
    private static final String UNIT_TYPE = "virtio-iommu";
    private static final int PAGE_SHIFT = 12;
    private static final int PROBE_SIZE = 512;
    // What QEMU's machines tell of interrupts: pc_machine_device_pre_plug_cb, virt_machine_device_pre_plug_cb.
    private static final int X86_MSI = 0xfee00;
    private static final int X86_MSI_PAGES = 0x100;
    private static final int VIRT_ITS = 0x8090;
    private static final int VIRT_ITS_PAGES = 0x10;

    @Override
    public String unitType() {
        return UNIT_TYPE;
    }

    @Override
    public String platformDriverName() {
        return ViommuModule.NAME;
    }

    @Override
    public String unitTitle() {
        return "virtio-iommu";
    }

    @Override
    public boolean isPlatformDevice() {
        return false;
    }

    @Override
    public boolean isInViot() {
        return true;
    }

    /**
     * Bits of an input address; the smallest page as a power of two; the last domain number; features (PROBE, MMIO,
     * BYPASS_CONFIG) and the configuration's bypass at power-on; descriptors in a queue as a power of two; whether events
     * tell the access; the window to the interrupt controller as its first page and how many. What a board does not say
     * is as QEMU has it.
     */
    @Override
    public Map<String, IntRange> properties() {
        var flag = new IntRange(0, 1);
        var pages = new IntRange(0, 1 << 20);
        return Map.ofEntries(
                entry("inputBits", new IntRange(32, 64)),
                entry("pageShift", new IntRange(12, 16)),
                entry("lastDomain", new IntRange(0, Integer.MAX_VALUE)),
                entry("probe", flag),
                entry("mmio", flag),
                entry("bypassConfig", flag),
                entry("bootBypass", flag),
                entry("queueShift", new IntRange(1, 10)),
                entry("tellsAccess", flag),
                entry("msiFirstPage", pages),
                entry("msiPages", pages));
    }

    @Override
    public String driverName() {
        return ViommuDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new ViommuFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new VirtioFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<ViommuDev.Wired>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " event irq");
            List<Integer> known =
                    plan.masters().stream().map(wire -> wire.spec().id()).toList();
            HostConfig config = config(plan, site.kernel().config("X86"));
            var unit = new ViommuUnit(machine, name, units.size(), site.memory(), irq, config, known);
            units.add(unit);
            wired.add(new ViommuDev.Wired(plan.device(), unit, irq));
        }
        var driver = new ViommuDriver(site, wired);
        var bus = new VirtioBus(site, driver.viommus(), new ViommuProbe(site, driver));
        var pci = new VirtioPciDriver(site.kernel(), bus);
        return new Room(
                units,
                new ViommuModule(site.kernel(), bus),
                driver.ops(),
                driver.ops().sourceTable(),
                ViommuDriver::notedDomain,
                driver::unitsOf,
                List::of,
                List.of(pci));
    }

    /** It hangs on {@code virtio0} and has the name of that one's parent; where its registers are is not shown. */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        return instance.hangsOn()
                .filter(device -> device.startsWith("virtio"))
                .map(device -> new SysfsInstance.Unit(instance.name(), 0, Map.of()));
    }

    private static HostConfig config(UnitPlan plan, boolean x86) {
        boolean probe = plan.property("probe", 1) != 0;
        long features = 1L << VirtioLayout.F_VERSION_1
                | 1 << ViommuLayout.F_INPUT_RANGE
                | 1 << ViommuLayout.F_DOMAIN_RANGE
                | 1 << ViommuLayout.F_MAP_UNMAP
                | (probe ? 1 << ViommuLayout.F_PROBE : 0)
                | plan.property("mmio", 1) << ViommuLayout.F_MMIO
                | plan.property("bypassConfig", 1) << ViommuLayout.F_BYPASS_CONFIG;
        int bits = plan.property("inputBits", 64);
        return new HostConfig(
                features,
                -1L << plan.property("pageShift", PAGE_SHIFT),
                bits == 64 ? -1 : (1L << bits) - 1,
                plan.property("lastDomain", -1),
                probe ? PROBE_SIZE : 0,
                plan.property("bootBypass", 1) != 0,
                1 << plan.property("queueShift", 8),
                plan.property("tellsAccess", 0) != 0,
                (long) plan.property("msiFirstPage", x86 ? X86_MSI : VIRT_ITS) << PAGE_SHIFT,
                (long) plan.property("msiPages", x86 ? X86_MSI_PAGES : VIRT_ITS_PAGES) << PAGE_SHIFT);
    }
}
