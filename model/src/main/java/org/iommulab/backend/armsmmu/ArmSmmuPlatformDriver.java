package org.iommulab.backend.armsmmu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** arm_smmu_device_probe: an SMMU is asked what it can do, registered, and switched on. */
final class ArmSmmuPlatformDriver extends Driver implements ArmSmmuDriver.ArmSmmuDevices {
    private static final String FILE = "drivers/iommu/arm/arm-smmu/arm-smmu.c";
    private static final Term CONFIGURE = Term.function("arm_smmu_device_cfg_probe", FILE);
    private static final Term RESET = Term.function("arm_smmu_device_reset", FILE);
    private static final Term TEST_MASKS = Term.function("arm_smmu_test_smr_masks", FILE);
    private static final Term NOT_REGISTERED = LogText.of("<3>Failed to register iommu");
    private static final Term PROBING = LogText.of("<5>probing hardware configuration...");
    private static final Term VERSION = LogText.of("<5>SMMUv2 with:");
    private static final Term STAGE_1 = LogText.of("<5>\tstage 1 translation");
    private static final Term STAGE_2 = LogText.of("<5>\tstage 2 translation");
    private static final Term NESTED = LogText.of("<5>\tnested translation");
    private static final Term COHERENT = LogText.of("<5>\tcoherent table walk");
    private static final Term NON_COHERENT = LogText.of("<5>\tnon-coherent table walk");
    private static final Term MATCHING = LogText.of("<5>\tstream matching with %d register groups");
    private static final Term BANKS = LogText.of("<5>\t%d context banks (%d stage-2 only)");
    private static final Term PAGE_SIZES = LogText.of("<5>\tSupported page sizes: 0x%08x");
    private static final Term STAGE_1_BITS = LogText.of("<5>\tStage-1: %d-bit VA -> %d-bit IPA");
    private static final Term STAGE_2_BITS = LogText.of("<5>\tStage-2: %d-bit IPA -> %d-bit PA");
    /** What is written where the value does not matter: QCOM_DUMMY_VAL. */
    private static final int ANY = -1;

    private final Site site;
    private final Kernel kernel;
    private final boolean disableBypass;
    private final ArmSmmuStreams streams;
    private final ArmSmmuFaults faults;
    private final ArmSmmuDriver driver;
    private final Map<Device, ArmSmmuDevice> smmus = new LinkedHashMap<>();

    ArmSmmuPlatformDriver(Site site, List<ArmSmmuDevice.Wired> wired, int matches) {
        super(site.kernel().machine(), ArmSmmuDriver.NAME);
        this.site = site;
        this.kernel = site.kernel();
        this.disableBypass = isBypassDisabled(kernel);
        this.streams = new ArmSmmuStreams(site, disableBypass);
        this.faults = new ArmSmmuFaults(site);
        this.driver = new ArmSmmuDriver(site, this, streams, faults);
        for (ArmSmmuDevice.Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            smmus.put(one.device(), new ArmSmmuDevice(kernel, one, instance, matches));
        }
    }

    // the parameter disable_bypass, whose default is CONFIG_ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT=y
    private static boolean isBypassDisabled(Kernel kernel) {
        return kernel.commandLine().parameter("arm_smmu.disable_bypass").orElse(true);
    }

    ArmSmmuDriver driver() {
        return driver;
    }

    @Override
    public ArmSmmuDevice of(Device smmu) {
        return Optional.ofNullable(smmus.get(smmu)).orElseThrow();
    }

    @Override
    public boolean matches(Device device) {
        return smmus.containsKey(device);
    }

    @Override
    public long probe(Device device) {
        ArmSmmuDevice smmu = of(device);
        kernel.driverRun(CONFIGURE, device, () -> configure(smmu));
        smmu.wired().globalIrq().connect(() -> faults.global(smmu));
        long error = site.core()
                .probing()
                .register(smmu.instance(), site.bus().devices().toList());
        if (error != 0) {
            kernel.log().line(NOT_REGISTERED, device, 0, 0);
            return error;
        }
        kernel.driverRun(RESET, device, () -> reset(smmu));
        kernel.driverRun(TEST_MASKS, device, () -> testMasks(smmu));
        return 0;
    }

    private void configure(ArmSmmuDevice smmu) {
        Mmio registers = smmu.registers();
        line(smmu, PROBING, 0, 0);
        line(smmu, VERSION, 0, 0);
        int id0 = registers.read32(ArmSmmuLayout.ID0);
        int id1 = registers.read32(ArmSmmuLayout.ID1);
        int id2 = registers.read32(ArmSmmuLayout.ID2);
        smmu.identify(id0, id1, id2);
        if (smmu.hasStageOne()) {
            line(smmu, STAGE_1, 0, 0);
        }
        if (smmu.hasStageTwo()) {
            line(smmu, STAGE_2, 0, 0);
        }
        if (smmu.hasStageOne() && smmu.hasStageTwo()) {
            line(smmu, NESTED, 0, 0);
        }
        line(smmu, smmu.isCoherent() ? COHERENT : NON_COHERENT, 0, 0);
        line(smmu, MATCHING, smmu.mappingGroups(), 0);
        line(smmu, BANKS, smmu.contextBanks(), smmu.stageTwoBanks());
        line(smmu, PAGE_SIZES, smmu.pageSizes(), 0);
        if (smmu.hasStageOne()) {
            line(smmu, STAGE_1_BITS, smmu.virtualBits(), smmu.inputBits());
        }
        if (smmu.hasStageTwo()) {
            line(smmu, STAGE_2_BITS, smmu.inputBits(), smmu.outputBits());
        }
        smmu.entries().forEach(entry -> entry.reset(streams.initialType()));
        driver.addPageSizes(smmu.pageSizes());
    }

    private void line(ArmSmmuDevice smmu, Term line, long a, long b) {
        kernel.log().line(line, smmu.device(), a, b);
    }

    private void reset(ArmSmmuDevice smmu) {
        Mmio registers = smmu.registers();
        registers.write32(ArmSmmuLayout.SGFSR, registers.read32(ArmSmmuLayout.SGFSR));
        smmu.entries().forEach(entry -> ArmSmmuStreams.write(smmu, entry));
        for (int bank = 0; bank < smmu.contextBanks(); bank++) {
            smmu.write(bank, Register.SCTLR, 0);
            smmu.write(bank, Register.FSR, ArmSmmuLayout.FSR_FAULT);
        }
        registers.write32(ArmSmmuLayout.TLBIALLH, ANY);
        registers.write32(ArmSmmuLayout.TLBIALLNSNH, ANY);
        int control = registers.read32(ArmSmmuLayout.SCR0);
        ArmSmmuDomain.syncGlobal(smmu);
        registers.write32(ArmSmmuLayout.SCR0, on(control));
    }

    private int on(int control) {
        int on = control
                | ArmSmmuLayout.SCR0_GFRE
                | ArmSmmuLayout.SCR0_GFIE
                | ArmSmmuLayout.SCR0_GCFGFRE
                | ArmSmmuLayout.SCR0_GCFGFIE
                | ArmSmmuLayout.SCR0_VMIDPNE
                | ArmSmmuLayout.SCR0_PTM;
        int off = ArmSmmuLayout.SCR0_CLIENTPD | ArmSmmuLayout.SCR0_FB | ArmSmmuLayout.SCR0_BSU;
        return (disableBypass ? on | ArmSmmuLayout.SCR0_USFCFG : on & ~ArmSmmuLayout.SCR0_USFCFG) & ~off;
    }

    /** Which bits of an id and of a mask a stream match register keeps. */
    private static void testMasks(ArmSmmuDevice smmu) {
        smmu.entries().stream().filter(entry -> !entry.isValid()).findFirst().ifPresent(entry -> {
            int at = ArmSmmuLayout.SMR + 4 * entry.index();
            smmu.registers().write32(at, (int) smmu.streamIdMask().get());
            smmu.streamIdMask().set(new ArmSmmuEntry(smmu.registers().read32(at), 0).id());
            smmu.registers().write32(at, (int) smmu.streamIdMask().get() << ArmSmmuLayout.SMR_MASK_SHIFT);
            smmu.smrMaskMask().set(new ArmSmmuEntry(smmu.registers().read32(at), 0).mask());
        });
    }
}
