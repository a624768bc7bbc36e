package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * From a unit that firmware describes to one that translates: arm_smmu_device_probe up to the registration with the core
 * (drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c).
 */
final class SmmuV3Init {
    private static final String FILE = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    private static final Term PROBE = Term.function("arm_smmu_device_probe", FILE);
    private static final Term HW_PROBE = Term.function("arm_smmu_device_hw_probe", FILE);
    private static final Term STRUCTURES = Term.function("arm_smmu_init_structures", FILE);
    private static final Term RESET = Term.function("arm_smmu_device_reset", FILE);
    private static final Term SETUP_IRQS = Term.function("arm_smmu_setup_irqs", FILE);
    private static final Term OPTION_MASK = LogText.of("<5>option mask 0x%x");
    private static final Term COHERENCY_YES = LogText.of("<4>IDR0.COHACC overridden by FW configuration (true)");
    private static final Term COHERENCY_NO = LogText.of("<4>IDR0.COHACC overridden by FW configuration (false)");
    private static final Term ENDIANNESS = LogText.of("<3>unknown/unsupported TT endianness!");
    private static final Term NO_TRANSLATION = LogText.of("<3>no translation support!");
    private static final Term NO_AARCH64 = LogText.of("<3>AArch64 table format not supported!");
    private static final Term QUEUE_TOO_SMALL = LogText.of("<3>command queue size <= 64 entries not supported");
    private static final Term SIZES = LogText.of("<6>ias %d-bit, oas %d-bit");
    private static final Term FEATURES = LogText.of("<c> (features 0x%08x)");
    private static final Term ENABLED = LogText.of("<4>SMMU currently enabled! Resetting...");

    private final Kernel kernel;

    SmmuV3Init(Kernel kernel) {
        this.kernel = kernel;
    }

    /** 0 or an errno. */
    long probe(SmmuV3Device smmu) {
        return kernel.driverCall(PROBE, smmu.device(), () -> {
            if (kernel.config("ACPI")) {
                kernel.log().line(OPTION_MASK, smmu.device(), 0, 0);
            }
            long error = kernel.driverCall(HW_PROBE, smmu.device(), () -> hwProbe(smmu));
            if (error != 0) {
                return error;
            }
            kernel.driverRun(STRUCTURES, smmu.device(), () -> {
                smmu.commands().allocate();
                smmu.events().allocate();
                smmu.streamTable().allocate();
            });
            smmu.probed().set(true);
            kernel.driverRun(RESET, smmu.device(), () -> reset(smmu));
            return 0;
        });
    }

    // ---- what it can do

    private long hwProbe(SmmuV3Device smmu) {
        SmmuV3Idr idr = smmu.identify();
        boolean coherent = smmu.wired().coherent();
        var features = new ArrayList<>(idr.features(coherent));
        if (!features.contains(SmmuV3Feature.LITTLE_ENDIAN)) {
            return refuse(ENDIANNESS, smmu);
        }
        if (idr.coherent() != coherent) {
            kernel.log().line(coherent ? COHERENCY_YES : COHERENCY_NO, smmu.device(), 0, 0);
        }
        if (!idr.stageOne() && !idr.stageTwo()) {
            return refuse(NO_TRANSLATION, smmu);
        }
        if (!idr.aarch64()) {
            return refuse(NO_AARCH64, smmu);
        }
        if (!smmu.commands().isLargeEnough(idr)) {
            return refuse(QUEUE_TOO_SMALL, smmu);
        }
        if (idr.idBits() <= SmmuV3Layout.SPLIT) {
            features.remove(SmmuV3Feature.TWO_LEVEL_STREAM_TABLE);
        }
        if (kernel.since(Version.V6_12)) {
            // IDR0.HTTU counts for a unit of a device tree; of ACPI's the IORT tells, and tells of nothing here
            features.addAll(idr.laterFeatures(!kernel.config("ACPI")));
        }
        smmu.registers().read32(SmmuV3Layout.IIDR);
        // SVA is an option that kernels are rarely built with, and the CPU has no host extension
        if (kernel.config("ARM_SMMU_V3_SVA") && coherent) {
            // arm_smmu_sva_supported: the lab's CPUs have no more bits of address or ASID than the unit
            features.add(SmmuV3Feature.SVA);
        }
        smmu.setFeatures(features);
        kernel.log().line(SIZES, smmu.device(), idr.inputBits(), idr.outputBits());
        kernel.log().line(FEATURES, smmu.device(), smmu.features() & 0xffff_ffffL, 0);
        return 0;
    }

    private long refuse(Term line, SmmuV3Device smmu) {
        kernel.log().line(line, smmu.device(), 0, 0);
        return Errno.ENXIO.negative();
    }

    // ---- reset

    private void reset(SmmuV3Device smmu) {
        if ((smmu.registers().read32(SmmuV3Layout.CR0) & SmmuV3Layout.SMMUEN) != 0) {
            kernel.log().line(ENABLED, smmu.device(), 0, 0);
            abortWhileOff(smmu);
        }
        int enables = enable(smmu, 0);
        smmu.registers().write32(SmmuV3Layout.CR1, SmmuV3Layout.CR1_CACHED);
        smmu.registers().write32(SmmuV3Layout.CR2, SmmuV3Layout.CR2_PTM | SmmuV3Layout.CR2_RECINVSID);
        smmu.streamTable().writeRegisters();
        smmu.commands().writeRegisters();
        enables = enable(smmu, enables | SmmuV3Layout.CMDQEN);
        invalidateAll(smmu);
        smmu.events().writeRegisters();
        enables = enable(smmu, enables | SmmuV3Layout.EVTQEN);
        if (smmu.has(SmmuV3Feature.PRI)) {
            // its ring is not modelled: nothing would ever be written to it
            enables = enable(smmu, enables | SmmuV3Layout.PRIQEN);
        }
        if (smmu.has(SmmuV3Feature.ATS)) {
            enables = enable(smmu, enables | SmmuV3Layout.ATSCHK);
        }
        kernel.driverRun(SETUP_IRQS, smmu.device(), () -> setupIrqs(smmu));
        enable(smmu, enables | SmmuV3Layout.SMMUEN);
    }

    private static int enable(SmmuV3Device smmu, int enables) {
        smmu.writeAndSync(SmmuV3Layout.CR0, SmmuV3Layout.CR0ACK, enables);
        return enables;
    }

    private static void invalidateAll(SmmuV3Device smmu) {
        var commands = new ArrayList<>(List.of(SmmuV3Command.forgetAllConfigs()));
        if (smmu.has(SmmuV3Feature.HYPERVISOR)) {
            commands.add(SmmuV3Command.forgetAll(SmmuV3Command.Opcode.TLBI_EL2_ALL));
        }
        commands.add(SmmuV3Command.forgetAll(SmmuV3Command.Opcode.TLBI_NSNH_ALL));
        commands.forEach(smmu.commands()::issueWithSync);
    }

    /** arm_smmu_update_gbpa: accesses are refused while the unit is off. */
    private static void abortWhileOff(SmmuV3Device smmu) {
        int before = smmu.registers().read32(SmmuV3Layout.GBPA);
        smmu.registers().write32(SmmuV3Layout.GBPA, before | SmmuV3Layout.GBPA_ABORT | SmmuV3Layout.GBPA_UPDATE);
        smmu.registers().read32(SmmuV3Layout.GBPA);
    }

    /** Wired lines; a unit that could send messages instead would have to find an ITS first. */
    private static void setupIrqs(SmmuV3Device smmu) {
        smmu.writeAndSync(SmmuV3Layout.IRQ_CTRL, SmmuV3Layout.IRQ_CTRLACK, 0);
        smmu.registers().write64(SmmuV3Layout.GERROR_IRQ_CFG0, 0);
        smmu.registers().write64(SmmuV3Layout.EVTQ_IRQ_CFG0, 0);
        if (smmu.has(SmmuV3Feature.PRI)) {
            smmu.registers().write64(SmmuV3Layout.PRIQ_IRQ_CFG0, 0);
        }
        smmu.wired().eventIrq().connect(smmu.events()::handle);
        smmu.wired().errorIrq().connect(smmu.events()::handleError);
        int enables = SmmuV3Layout.EVTQ_IRQEN
                | SmmuV3Layout.GERROR_IRQEN
                | (smmu.has(SmmuV3Feature.PRI) ? SmmuV3Layout.PRIQ_IRQEN : 0);
        smmu.writeAndSync(SmmuV3Layout.IRQ_CTRL, SmmuV3Layout.IRQ_CTRLACK, enables);
    }
}
