package org.iommulab.backend.tegragart;

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

/** Puts the GART of a memory controller and its driver on a board: the one class of this room that sees both. */
public final class GartBackend implements Backend {
    @Override
    public String unitType() {
        return GartDriver.NAME;
    }

    @Override
    public String platformDriverName() {
        return GartMcDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "Memory controller with GART";
    }

    @Override
    public Map<String, IntRange> properties() {
        return Map.of();
    }

    @Override
    public String driverName() {
        return GartDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new GartFormats();
    }

    /** {@inheritDoc} A chip has one memory controller; only the first one of a board gets a driver. */
    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new GartFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<GartUnit>();
        var lines = new ArrayList<InterruptLine>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            lines.add(irq);
            units.add(new GartUnit(machine, name, GartLayout.APERTURE, irq));
        }
        var device = plans.getFirst().device();
        var driver = new GartDriver(site, device, units.getFirst());
        return new Room(
                List.<IommuUnit>copyOf(units),
                new GartMcDriver(site, device, driver, units.getFirst(), lines.getFirst()),
                driver.ops(),
                driver.ops().sourceTable(),
                driver::notedDomain,
                driver::clientsOf);
    }
}
