package org.iommulab.backend.sun50i;

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

/** Puts Allwinner's IOMMU and its driver on a board: the one class of this room that sees both. */
public final class Sun50iBackend implements Backend {
    private static final String BYPASS = "bypass";
    private static final String MERGES = "mergesAuthorities";

    @Override
    public String unitType() {
        return Sun50iDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "Allwinner IOMMU";
    }

    /**
     * {@code bypass}: a bit for each master that passes untranslated after reset, 0 on H6. {@code mergesAuthorities}: 1
     * for a unit in which writes to an authority register add up, which is what the driver would need; 0 is a register
     * as others are.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(BYPASS, new IntRange(0, Sun50iLayout.ALL_MASTERS), MERGES, new IntRange(0, 1));
    }

    @Override
    public String driverName() {
        return Sun50iDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new Sun50iFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new Sun50iFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<Sun50iPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            var machine = site.kernel().machine();
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            var unit = new Sun50iUnit(
                    machine, name, plan.property(BYPASS, 0), plan.property(MERGES, 0) != 0, site.memory(), irq);
            units.add(unit);
            wired.add(new Sun50iPlatformDriver.Wired(plan.device(), unit, resetOf(unit), irq, plan.clocks()));
        }
        var driver = new Sun50iPlatformDriver(site, wired);
        return new Room(
                units, driver, driver.ops(), driver.sourceTable(), Sun50iDriver::notedDomain, driver::clientsOf);
    }

    private static Sun50iIommu.Reset resetOf(Sun50iUnit unit) {
        return new Sun50iIommu.Reset() {
            @Override
            public void deassert() {
                unit.powerOn();
            }

            @Override
            public void assertAgain() {
                unit.powerOff();
            }
        };
    }
}
