package org.iommulab.backend.exynos;

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

/** Puts SysMMUs and their driver on a board: the one class of this room that sees both. */
public final class ExynosBackend implements Backend {
    @Override
    public String unitType() {
        return "exynos-sysmmu";
    }

    @Override
    public String unitTitle() {
        return "System MMU";
    }

    /** The revision, as the version register can say it, and whether there is a register bank for virtual machines. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of("major", new IntRange(1, 15), "minor", new IntRange(0, 127), "vmBank", new IntRange(0, 1));
    }

    @Override
    public String driverName() {
        return ExynosDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new ExynosFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new ExynosFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<SysMmuPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            var machine = site.kernel().machine();
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            var unit = new SysMmu(
                    machine,
                    name,
                    plan.property("major", 3),
                    plan.property("minor", 0),
                    plan.property("vmBank", 0) != 0,
                    site.memory(),
                    irq);
            units.add(unit);
            wired.add(new SysMmuPlatformDriver.Wired(
                    plan.device(), unit, unit::powerOn, unit::powerOff, irq, plan.clocks()));
        }
        var driver = new SysMmuPlatformDriver(
                site.kernel(), site.core(), site.bus(), site.links(), site.memory(), site.frames(), wired);
        return new Room(units, driver, driver.ops(), driver.sourceTable(), driver::notedDomain, driver::clientsOf);
    }
}
