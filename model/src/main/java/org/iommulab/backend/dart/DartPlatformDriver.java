package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.dart.DartLayout.Chip;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** The driver of the DARTs themselves (apple_dart_probe). */
final class DartPlatformDriver extends Driver {
    private static final List<Term> INITIALIZED = initialized("");
    private static final List<Term> INITIALIZED_63 = initialized(" %d streams,");

    private final Site site;
    private final DartDriver driver;
    private final DartHardware hardware;
    private final DartInterrupt interrupt;
    private final Map<Device, Unit> units = new LinkedHashMap<>();

    /** A DART of the board, as its driver will find it. */
    record Wired(Device device, Chip chip, Mmio registers, InterruptLine irq) {}

    private record Unit(DartDevice data, InterruptLine irq) {}

    // for both answers about bypass, not forced and forced
    private static List<Term> initialized(String streams) {
        var lines = new ArrayList<Term>();
        for (int bypass = 0; bypass < 2; bypass++) {
            for (int forced = 0; forced < 2; forced++) {
                lines.add(LogText.of("<6>DART [pagesize %x," + streams + " bypass support: " + bypass
                        + ", bypass forced: " + forced + "] initialized"));
            }
        }
        return List.copyOf(lines);
    }

    DartPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), DartDriver.NAME);
        this.site = site;
        this.hardware = new DartHardware(site.kernel());
        this.interrupt = new DartInterrupt(site.kernel());
        this.driver = new DartDriver(site, hardware, device -> unit(device).data());
        for (Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            var data = new DartDevice(site.kernel(), instance, one.chip(), one.registers());
            units.put(one.device(), new Unit(data, one.irq()));
        }
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    private Unit unit(Device device) {
        return Optional.ofNullable(units.get(device)).orElseThrow();
    }

    /** apple_dart_of_match; the T8110 came with v6.3. */
    @Override
    public boolean matches(Device device) {
        return Optional.ofNullable(units.get(device))
                .filter(unit ->
                        unit.data().chip() != Chip.T8110 || site.kernel().since(Version.V6_3))
                .isPresent();
    }

    /** apple_dart_probe: the parameters are read before the reset from v6.3 on, after it up to v6.2. */
    @Override
    public long probe(Device device) {
        Unit unit = unit(device);
        DartDevice dart = unit.data();
        boolean parametersFirst = site.kernel().since(Version.V6_3);
        if (parametersFirst) {
            dart.readParameters();
        }
        long error = hardware.reset(dart);
        if (error != 0) {
            return error;
        }
        if (!parametersFirst) {
            dart.readParameters();
        }
        unit.irq().connect(() -> interrupt.handle(dart));
        error = site.core()
                .probing()
                .register(dart.instance(), site.bus().devices().toList());
        if (error == 0) {
            sayInitialized(dart);
        } else {
            unit.irq().disconnect();
        }
        return error;
    }

    private void sayInitialized(DartDevice dart) {
        List<Term> lines = site.kernel().since(Version.V6_3) ? INITIALIZED_63 : INITIALIZED;
        int line = (dart.supportsBypass() ? 2 : 0) + (dart.isTooCoarse() ? 1 : 0);
        site.kernel().log().line(lines.get(line), dart.device(), dart.pageBytes(), dart.streams());
    }

    /** The DARTs whose streams a domain has in mind. For those who look. */
    static List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof DartDomain dart && !domain.freed().get()
                ? dart.used().stream()
                        .filter(map -> !map.streams().isEmpty())
                        .map(map -> map.dart().require().device())
                        .toList()
                : List.of();
    }
}
