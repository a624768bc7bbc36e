package org.iommulab.backend.riscv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
import org.iommulab.kernel.Level;
import org.iommulab.pagetable.golden.Formats;

/** Puts RISC-V IOMMUs and their driver on a board: the one class of this room that sees both. */
public final class RiscvBackend implements Backend {
    private static final Pattern SYSFS_NAME = Pattern.compile("riscv-iommu@(([0-9a-f]{1,16})\\.iommu)");
    private static final int MOST_LEVELS = 3;

    @Override
    public String unitType() {
        return "riscv-iommu";
    }

    @Override
    public String platformDriverName() {
        return RiscvPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "RISC-V IOMMU";
    }

    /**
     * What CAPABILITIES reads; what DDTP.MODE is out of reset (0: every access is refused, 1: every access passes); how
     * many levels of the device directory the unit takes. What a board does not say is as in QEMU's unit.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(
                "capabilities",
                new IntRange(Long.MIN_VALUE, Long.MAX_VALUE),
                "resetMode",
                new IntRange(RiscvLayout.OFF, RiscvLayout.BARE),
                "directoryLevels",
                new IntRange(1, MOST_LEVELS));
    }

    @Override
    public String driverName() {
        return RiscvDriver.NAME;
    }

    /** The driver came with v6.13; of the lab's kernels it is in those that have its patches. */
    @Override
    public List<Level> furtherLevels() {
        return List.of(new Level("6.12+riscv-iommu", "6.12 + riscv", "6.12+riscv-iommu"));
    }

    @Override
    public Formats formats() {
        return new RiscvFormats();
    }

    /** {@code riscv-iommu@3010000.iommu}; sysfs does not tell what the unit can do. */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        Matcher named = SYSFS_NAME.matcher(instance.name());
        return named.matches()
                ? Optional.of(
                        new SysfsInstance.Unit(named.group(1), Long.parseUnsignedLong(named.group(2), 16), Map.of()))
                : Optional.empty();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new RiscvFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var devices = new ArrayList<RiscvDevice>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            List<InterruptLine> irqs = IntStream.range(0, RiscvLayout.VECTORS)
                    .mapToObj(vector -> new InterruptLine(machine, name + " irq " + vector))
                    .toList();
            var build = new RiscvUnit.Build(
                    new RiscvCaps(plan.longProperty("capabilities", RiscvCaps.QEMU.word())),
                    plan.property("resetMode", RiscvLayout.OFF),
                    plan.property("directoryLevels", MOST_LEVELS));
            var unit = new RiscvUnit(machine, name, build, site.memory(), irqs);
            units.add(unit);
            devices.add(new RiscvDevice(site, new RiscvDevice.Wired(plan.device(), unit, irqs)));
        }
        var platform = new RiscvPlatformDriver(site, devices);
        RiscvDriver driver = platform.driver();
        return new Room(units, platform, driver.ops(), driver.table(), RiscvDriver::notedDomain, RiscvDriver::unitsOf);
    }
}
