package org.iommulab.backend.qcom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;

/** Puts SMMUs with their context banks, and their drivers, on a board: the one class of this room that sees both. */
public final class QcomBackend implements Backend {
    private static final int BANKS = 31;

    @Override
    public String unitType() {
        return QcomPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "MSM IOMMU";
    }

    /**
     * {@code ctx1} and so on: the context banks that Linux sees, 1 for one with a secure side. {@code globalsPage}: how
     * many pages behind the start of the banks the global registers are, where Linux may reach them.
     */
    @Override
    public Map<String, IntRange> properties() {
        var properties = new LinkedHashMap<String, IntRange>();
        IntStream.rangeClosed(1, BANKS).forEach(bank -> properties.put("ctx" + bank, new IntRange(0, 1)));
        properties.put("globalsPage", new IntRange(1, 0xffff));
        properties.put("secureId", new IntRange(0, 255));
        return properties;
    }

    @Override
    public String driverName() {
        return QcomDriver.NAME;
    }

    /** Its tables are ARM's, which are listed with the shared formats. */
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
        return List.of(LpaeVariant.ARM_32_S1.label());
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new QcomFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<QcomPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            List<Integer> numbers = IntStream.rangeClosed(1, BANKS)
                    .filter(bank -> plan.properties().containsKey("ctx" + bank))
                    .boxed()
                    .toList();
            Optional<Integer> globals = plan.property("globalsPage").map(page -> page * QcomLayout.BANK_BYTES);
            var clocks = List.copyOf(plan.clocks().values());
            var unit = new QcomSmmu(
                    site.kernel().machine(),
                    plan.device().label(),
                    numbers,
                    globals,
                    site.memory(),
                    () -> clocks.stream().allMatch(Clock::isEnabled));
            units.add(unit);
            var banks = new ArrayList<QcomPlatformDriver.WiredBank>();
            for (int i = 0; i < numbers.size(); i++) {
                banks.add(new QcomPlatformDriver.WiredBank(
                        bankDevice(site, plan, numbers.get(i)),
                        numbers.get(i),
                        unit.lines().get(i)));
            }
            wired.add(new QcomPlatformDriver.Wired(
                    plan.device(),
                    unit,
                    plan.clocks(),
                    banks,
                    plan.property("secureId", 0),
                    numbers.stream().anyMatch(bank -> plan.property("ctx" + bank, 0) != 0),
                    globals));
        }
        var driver = new QcomPlatformDriver(site, wired);
        return new Room(units, driver, driver.ops(), driver.sourceTable(), QcomDriver::notedDomain, driver::clientsOf);
    }

    private static Device bankDevice(Site site, UnitPlan plan, int number) {
        long address = plan.registers() + (long) number * QcomLayout.BANK_BYTES;
        String name = Long.toHexString(address) + ".iommu-ctx";
        return new Device(site.kernel().machine(), name, "Context bank " + number, "qcom-iommu-ctx", List.of());
    }
}
