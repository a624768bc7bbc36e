package org.iommulab.backend.ipmmu;

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
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** Puts IPMMUs and their driver on a board: the one class of this room that sees both. */
public final class IpmmuBackend implements Backend {
    private static final String MAIN = "main";

    @Override
    public String unitType() {
        return IpmmuDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "IPMMU";
    }

    /** The R-Car generation; {@code main}, the bit of {@code renesas,ipmmu-main}, makes a unit a leaf. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of("generation", new IntRange(2, 4), MAIN, new IntRange(0, 31));
    }

    @Override
    public String driverName() {
        return IpmmuDriver.NAME;
    }

    /** Its tables are ARM's, which are listed with the shared formats. */
    /** io_pgtable_ops with ARM_32_LPAE_S1. */
    @Override
    public List<String> formatNames() {
        return List.of("arm-32-lpae-s1");
    }

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
    public Optional<FaultText> faultText() {
        return Optional.of(new IpmmuFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var built = new LinkedHashMap<UnitPlan, Ipmmu>();
        var lines = new LinkedHashMap<UnitPlan, InterruptLine>();
        plans.stream().filter(plan -> !isLeaf(plan)).forEach(plan -> build(site, plan, built, lines));
        plans.stream().filter(IpmmuBackend::isLeaf).forEach(plan -> build(site, plan, built, lines));
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<IpmmuPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            Ipmmu unit = built.get(plan);
            InterruptLine irq = lines.get(plan);
            if (unit != null && irq != null) {
                units.add(unit);
                wired.add(new IpmmuPlatformDriver.Wired(
                        plan.device(), generation(plan), isLeaf(plan), microTlbs(plan), unit, irq));
            }
        }
        var driver = new IpmmuPlatformDriver(site, wired);
        return new Room(
                units,
                driver,
                driver.ops(),
                driver.sourceTable(),
                IpmmuDriver::notedDomain,
                driver::clientsOf,
                driver::heldMappings);
    }

    private static void build(
            Site site, UnitPlan plan, Map<UnitPlan, Ipmmu> built, Map<UnitPlan, InterruptLine> lines) {
        var machine = site.kernel().machine();
        String name = plan.device().label();
        var irq = new InterruptLine(machine, name + " irq");
        // a board has one root that leaves belong to
        Optional<Ipmmu> root = isLeaf(plan) ? built.values().stream().findFirst() : Optional.empty();
        lines.put(plan, irq);
        built.put(plan, new Ipmmu(machine, name, generation(plan), root, microTlbs(plan), site.memory(), irq));
    }

    private static boolean isLeaf(UnitPlan plan) {
        return plan.properties().containsKey(MAIN);
    }

    private static Generation generation(UnitPlan plan) {
        return Generation.of(plan.property("generation", 2));
    }

    private static List<Integer> microTlbs(UnitPlan plan) {
        return plan.masters().stream()
                .map(wire -> wire.spec().id())
                .filter(id -> id >= 0 && id < generation(plan).microTlbs())
                .distinct()
                .sorted()
                .toList();
    }
}
