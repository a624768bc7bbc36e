package org.iommulab.backend.exynos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.exynos.SysMmuLayout.FaultCause;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** exynos_sysmmu_irq: what the driver makes of a fault, up to v6.2 and from v6.3 on. */
final class ExynosFaults {
    private static final String FILE = "drivers/iommu/exynos-iommu.c";
    private static final Term IRQ = Term.function("exynos_sysmmu_irq", FILE);
    private static final Term UNRECOVERABLE = LogText.of("<0>Unrecoverable System MMU Fault!");
    private static final Term UNHANDLED_BIT = LogText.of("<3>Unhandled interrupt bit %d");
    private static final Map<String, Term> LINES = linesOfEveryCause();

    private final Kernel kernel;
    private final Faults faults;

    ExynosFaults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    // A log format for each cause, made once: a format may not depend on a run.
    private static Map<String, Term> linesOfEveryCause() {
        var lines = new HashMap<String, Term>();
        for (Variant variant : Variant.values()) {
            for (FaultCause cause : variant.causes()) {
                lines.computeIfAbsent(oldLine(cause), LogText::of);
                lines.computeIfAbsent(newLine(cause, false), LogText::of);
                lines.computeIfAbsent(newLine(cause, true), LogText::of);
            }
        }
        return lines;
    }

    private static String oldLine(FaultCause cause) {
        return "<3>%o: " + cause.name() + " FAULT occurred at 0x%x";
    }

    private static String newLine(FaultCause cause, boolean write) {
        return "<3>%o: [" + (write ? "WRITE" : "READ") + "] " + cause.cause() + " FAULT occurred at 0x%x";
    }

    /** The interrupt handler, for one unit. */
    void handle(SysMmuData data) {
        kernel.driverRun(IRQ, data.device(), () -> {
            if (!data.active().get()) {
                kernel.log().warnOn(IRQ, data.device());
            }
            data.lock().with(() -> {
                data.clock("master").ifPresent(c -> c.enable(kernel));
                handleLocked(data);
                data.clock("master").ifPresent(c -> c.disable(kernel));
            });
        });
    }

    private void handleLocked(SysMmuData data) {
        boolean byVariant = kernel.has(Behaviour.EXYNOS_FAULTS_DECODED_BY_VARIANT);
        Variant variant = variantAsDecoded(data.revision(), byVariant);
        int bit = Integer.numberOfTrailingZeros(data.registers().read32(variant.intStatus()));
        Optional<FaultCause> cause = variant.cause(bit);
        if (cause.isEmpty()) {
            if (!byVariant) {
                throw kernel.log().bugInInterrupt(IRQ, data.device());
            }
            kernel.log().line(UNHANDLED_BIT, data.device(), bit, 0);
        } else {
            long address = data.registers().read32(cause.get().addressRegister()) & 0xffff_ffffL;
            report(data, variant, cause.get(), address, byVariant);
        }
        data.registers().write32(variant.intClear(), 1 << bit);
        data.registers().write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_ENABLE);
    }

    // Up to v6.2 there is no table for version 7: it is decoded as version 5.
    private static Variant variantAsDecoded(Revision revision, boolean byVariant) {
        return byVariant || !revision.variant().isV7() ? revision.variant() : Variant.V5;
    }

    private void report(SysMmuData data, Variant variant, FaultCause cause, long address, boolean byVariant) {
        boolean write = cause.write();
        if (byVariant && variant.isV7()) {
            write = (data.registers().read32(variant.faultInfo()) & SysMmuLayout.FAULT_INFO_WRITE) != 0;
        }
        Term line = LINES.get(byVariant ? newLine(cause, write) : oldLine(cause));
        if (line == null) {
            throw new IllegalStateException("no log format for " + cause);
        }
        kernel.log().line(line, data.device(), data.master().id(), address);
        long result = Errno.ENOSYS.negative();
        if (!data.domain().isNull()) {
            result = faults.report(data.domain().require(), data.master().require(), address, write);
        }
        if (result != 0) {
            throw byVariant
                    ? kernel.log().panic(IRQ, UNRECOVERABLE, data.device())
                    : kernel.log().bugInInterrupt(IRQ, data.device());
        }
    }

    /** For tests: every log line that the handler can print. */
    static List<String> lines() {
        return List.copyOf(LINES.keySet());
    }
}
