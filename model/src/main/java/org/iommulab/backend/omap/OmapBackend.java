package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts OMAP IOMMUs and their driver on a board: the one class of this room that sees both. */
public final class OmapBackend implements Backend {
    /** DSP_SYSTEM and the MMUs of a DRA7 DSP lie in one window of this size. */
    private static final long DSP_WINDOW = 0x1_0000;

    @Override
    public String unitType() {
        return OmapPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "OMAP IOMMU";
    }

    /**
     * The revision, as its register can say it; {@code tlbEntries}: 8 or 32; {@code busErrorBack}: 1 with {@code
     * ti,iommu-bus-err-back}; {@code mmuConfig}: the MMU's number in DSP_SYSTEM, which makes it one of a DRA7 DSP.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(
                "major", new IntRange(0, 15),
                "minor", new IntRange(0, 15),
                "tlbEntries", new IntRange(1, 32),
                "busErrorBack", new IntRange(0, 1),
                "mmuConfig", new IntRange(0, 1));
    }

    @Override
    public String driverName() {
        return OmapDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new OmapFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new OmapFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<OmapPlatformDriver.Wired>();
        var systems = new LinkedHashMap<Long, DspSystem>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            Optional<Integer> mmu = plan.property("mmuConfig");
            Optional<DspSystem> system = mmu.map(_ -> systems.computeIfAbsent(
                    plan.registers() & -DSP_WINDOW,
                    base -> new DspSystem(machine, Long.toHexString(base) + ".dsp_system")));
            int slots = plan.property("tlbEntries", 32);
            var unit = new OmapUnit(
                    machine,
                    name,
                    plan.property("major", 2) << 4 | plan.property("minor", 1),
                    slots,
                    site.memory(),
                    irq,
                    () -> system.isEmpty() || system.get().enables(mmu.orElseThrow()));
            units.add(unit);
            var registers = new OmapSequences(
                    unit,
                    slots,
                    plan.property("busErrorBack", 0) != 0,
                    system.map(dsp -> new OmapSequences.MmuConfig(dsp, mmu.orElseThrow())));
            wired.add(new OmapPlatformDriver.Wired(plan.device(), registers, resetOf(unit), irq));
        }
        var driver = new OmapPlatformDriver(site, wired);
        return new Room(
                units, driver, driver.ops(), driver.sourceTable(), OmapDriver::notedDomain, OmapDriver::clientsOf);
    }

    private static OmapIommu.Reset resetOf(OmapUnit unit) {
        return new OmapIommu.Reset() {
            @Override
            public void deassert() {
                unit.powerOn();
            }

            @Override
            public void assertLine() {
                unit.powerOff();
            }
        };
    }
}
