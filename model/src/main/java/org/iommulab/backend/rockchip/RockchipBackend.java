package org.iommulab.backend.rockchip;

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
import org.iommulab.bus.Clock;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts Rockchip's IOMMUs and their driver on a board: the one class of this room that sees both. */
public final class RockchipBackend implements Backend {
    private static final int MOST_BANKS = 4;

    @Override
    public String unitType() {
        return RockchipPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "Rockchip IOMMU";
    }

    /** {@code #iommu-cells} is 0: a number in an entry is a bank, for the master's port that is wired to it. */
    @Override
    public boolean hasCells() {
        return false;
    }

    /**
     * The version of the block; {@code bank2} and so on: how many bytes behind the first bank the others are;
     * {@code noReset}: {@code rockchip,disable-mmu-reset}.
     */
    @Override
    public Map<String, IntRange> properties() {
        var properties = new LinkedHashMap<String, IntRange>();
        properties.put("version", new IntRange(1, 2));
        for (int bank = 2; bank <= MOST_BANKS; bank++) {
            properties.put("bank" + bank, new IntRange(RockchipLayout.BANK_BYTES, 0x10000));
        }
        properties.put("noReset", new IntRange(0, 1));
        return properties;
    }

    @Override
    public String driverName() {
        return RockchipDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new RockchipFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new RockchipFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<RockchipIommu.Wired>();
        for (UnitPlan plan : plans) {
            var machine = site.kernel().machine();
            String name = plan.device().label();
            var irq = new InterruptLine(machine, name + " irq");
            RockchipFormat format = plan.property("version", 1) == 2 ? RockchipFormat.V2 : RockchipFormat.V1;
            List<Integer> banks = banksOf(plan);
            var unit = new RockchipUnit(machine, name, format, banks, site.memory(), irq);
            units.add(unit);
            wired.add(new RockchipIommu.Wired(
                    plan.device(),
                    format,
                    unit,
                    banks,
                    plan.property("noReset", 0) == 0,
                    clocksOf(plan),
                    unit::powerOn,
                    unit::powerOff,
                    irq));
        }
        var driver = new RockchipPlatformDriver(site, wired);
        return new Room(
                units,
                driver,
                driver.ops(),
                driver.sourceTable(),
                RockchipDriver::notedDomain,
                RockchipDriver::clientsOf);
    }

    private static List<Integer> banksOf(UnitPlan plan) {
        var banks = new ArrayList<Integer>();
        banks.add(0);
        for (int bank = 2; bank <= MOST_BANKS; bank++) {
            if (plan.properties().containsKey("bank" + bank)) {
                banks.add(plan.property("bank" + bank, 0));
            }
        }
        return banks;
    }

    // devm_clk_bulk_get: both, or, in older device trees, none
    private static List<Clock> clocksOf(UnitPlan plan) {
        Map<String, Clock> clocks = plan.clocks();
        return clocks.keySet().containsAll(List.of("aclk", "iface"))
                ? List.of(clocks.get("aclk"), clocks.get("iface"))
                : List.of();
    }
}
