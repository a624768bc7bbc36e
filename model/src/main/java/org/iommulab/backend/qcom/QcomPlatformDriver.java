package org.iommulab.backend.qcom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The driver of the SMMUs themselves (qcom_iommu_init, qcom_iommu_device_probe). */
final class QcomPlatformDriver extends Driver implements QcomDriver.QcomUnits {
    static final String NAME = "qcom-iommu";
    private static final String SCM = "drivers/firmware/qcom_scm.c";
    private static final Term POOL_SIZE =
            Term.of("qcom_scm_iommu_secure_ptbl_size", SCM, Operand.NONE, Operand.NONE, Operand.ERRNO);
    private static final Term POOL_INIT =
            Term.of("qcom_scm_iommu_secure_ptbl_init", SCM, Operand.NONE, Operand.NONE, Operand.ERRNO);

    private final Site site;
    private final Kernel kernel;
    private final QcomDriver driver;
    private final QcomContextDriver contextDriver;
    private final Map<Device, Smmu> smmus = new LinkedHashMap<>();

    /**
     * An SMMU of the board, as its driver will find it.
     *
     * @param secureId {@code qcom,iommu-secure-id}
     * @param secured whether one of its banks is {@code qcom,msm-iommu-v1-sec}
     * @param globals where the global registers are, if the device tree has them ({@code local_base})
     */
    record Wired(
            Device device,
            Mmio registers,
            Map<String, Clock> clocks,
            List<WiredBank> banks,
            int secureId,
            boolean secured,
            Optional<Integer> globals) {}

    /** A context bank of the board. */
    record WiredBank(Device device, int asid, InterruptLine irq) {}

    private record Smmu(Wired wired, QcomIommu data, List<QcomContextDriver.Bank> banks) {}

    QcomPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.kernel = site.kernel();
        this.driver = new QcomDriver(site, this);
        for (Wired one : wired) {
            smmus.put(one.device(), smmu(one));
        }
        this.contextDriver = new QcomContextDriver(
                kernel,
                new QcomFaults(kernel, site.core().faults()),
                smmus.values().stream().flatMap(s -> s.banks().stream()).toList());
    }

    private Smmu smmu(Wired wired) {
        int highest = wired.banks().stream().mapToInt(WiredBank::asid).max().orElse(0);
        var data = new QcomIommu(kernel, new IommuDevice(wired.device(), driver.ops()), wired.clocks(), highest);
        var banks = new ArrayList<QcomContextDriver.Bank>();
        for (WiredBank bank : wired.banks()) {
            var context = new QcomContext(bank.device(), bank.asid(), wired.registers());
            banks.add(new QcomContextDriver.Bank(data, context, bank.irq()));
        }
        return new Smmu(wired, data, banks);
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    private Smmu smmu(Device device) {
        return Optional.ofNullable(smmus.get(device)).orElseThrow();
    }

    @Override
    public QcomIommu iommuOf(Device smmu) {
        return smmu(smmu).data();
    }

    @Override
    public int secureId(QcomIommu iommu) {
        return smmu(iommu.device()).wired().secureId();
    }

    @Override
    public boolean matches(Device device) {
        return smmus.containsKey(device);
    }

    /** qcom_iommu_device_probe: firmware, banks, registration, interrupt routing. */
    @Override
    public long probe(Device device) {
        Smmu smmu = smmu(device);
        if (smmu.wired().secured()) {
            giveFirmwareItsTables();
        }
        device.power().connect(smmu.data());
        device.power().enable();
        populate(smmu);
        long error = site.core()
                .probing()
                .register(smmu.data().instance(), site.bus().devices().toList());
        if (error == 0 && smmu.wired().globals().isPresent()) {
            int offset = smmu.wired().globals().get() + QcomLayout.SMMU_INTR_SEL_NS;
            smmu.data().powered(() -> smmu.wired().registers().write32(offset, -1));
        }
        return error;
    }

    // qcom_iommu_sec_ptbl_init; how much memory the firmware asks for is not known, so none is taken
    private void giveFirmwareItsTables() {
        kernel.machine().call(Lane.DRIVER, POOL_SIZE, this, 0, 0, () -> 0);
        kernel.machine().call(Lane.DRIVER, POOL_INIT, this, 0, 0, () -> 0);
    }

    // qcom_iommu_init registers the banks' driver before this one; both are there before the first SMMU is probed
    private void populate(Smmu smmu) {
        if (!site.bus().isRegistered(contextDriver)) {
            site.bus().register(contextDriver);
        }
        smmu.wired().banks().forEach(bank -> site.bus().add(bank.device()));
    }

    /** The SMMUs that have the domain noted for one of their banks. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return smmus.values().stream()
                .filter(s ->
                        s.banks().stream().anyMatch(b -> b.context().domain().is(domain)))
                .map(s -> s.wired().device())
                .toList();
    }
}
