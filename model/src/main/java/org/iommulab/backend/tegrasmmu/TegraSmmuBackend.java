package org.iommulab.backend.tegrasmmu;

import java.util.ArrayList;
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

/** Puts the SMMU of a memory controller and its driver on a board: the one class of this room that sees both. */
public final class TegraSmmuBackend implements Backend {
    private static final String CHIP = "chip";

    @Override
    public String unitType() {
        return TegraSmmuDriver.NAME;
    }

    @Override
    public String platformDriverName() {
        return TegraMcDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "Memory controller with SMMU";
    }

    /** 30 for Tegra30 and so on. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(CHIP, new IntRange(30, 210));
    }

    @Override
    public String driverName() {
        return TegraSmmuDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new TegraSmmuFormats();
    }

    /** {@inheritDoc} A chip has one memory controller; only the first one of a board gets a driver. */
    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new TegraSmmuFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<TegraSmmuUnit>();
        var lines = new ArrayList<InterruptLine>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            lines.add(irq);
            units.add(new TegraSmmuUnit(machine, name, chipOf(plan), site.memory(), irq));
        }
        UnitPlan first = plans.getFirst();
        var driver = new TegraSmmuDriver(site, first.device(), chipOf(first), units.getFirst());
        return new Room(
                List.<IommuUnit>copyOf(units),
                new TegraMcDriver(site, first.device(), driver, lines.getFirst()),
                driver.ops(),
                driver.ops().sourceTable(),
                device -> Optional.empty(),
                driver::clientsOf);
    }

    private static TegraSmmuChip chipOf(UnitPlan plan) {
        return TegraSmmuChip.of(plan.property(CHIP, TegraSmmuChip.TEGRA124.number()));
    }
}
