package org.iommulab.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.CommandLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * The type of default domains when nobody wishes for another: iommu_def_domain_type and iommu_dma_strict
 * (drivers/iommu/iommu.c: iommu_set_def_domain_type, iommu_dma_setup, iommu_subsys_init), with x86's {@code iommu=pt} and
 * {@code nopt} (arch/x86/kernel/pci-dma.c: iommu_setup) and the words of the two x86 drivers that mean {@code
 * iommu.strict=1}. A machine that encrypts its memory has CONFIG_AMD_MEM_ENCRYPT here and {@code mem_encrypt=on}.
 */
final class GlobalDomainType {
    private static final Map<List<Object>, Term> TYPES = types();
    private static final Map<List<Object>, Term> POLICIES = policies();
    private static final Term ENCRYPTED =
            LogText.of("<6>iommu: Memory encryption detected - Disabling default IOMMU Passthrough");
    /** iommu_dma_forcedac_setup (drivers/iommu/dma-iommu.c), which has no prefix. */
    private static final Term FORCED_HIGH = LogText.of("<6>Forcing DAC for PCI devices");

    private static final String ASKED = " (set via kernel command line)";
    private static final Term SET_STRICT = Term.function("iommu_set_dma_strict", "drivers/iommu/iommu.c");

    private final Kernel kernel;
    private final CommandLine words;
    private final Optional<Boolean> asked;
    private final boolean passThrough;
    private final FlagCell strict;

    GlobalDomainType(Kernel kernel) {
        this.kernel = kernel;
        this.words = kernel.commandLine();
        this.asked = asked();
        this.passThrough = asked.orElseGet(() -> kernel.config("IOMMU_DEFAULT_PASSTHROUGH") && !isEncrypted());
        boolean early = words.flag("iommu.strict").orElseGet(() -> !isLazyByDefault()) || driverWordsAreStrict();
        this.strict = new FlagCell(kernel, Lane.CORE, Term.flag("iommu_dma_strict"));
        this.strict.setQuietly(early);
    }

    /** Whether the command line has passed-through or translated devices; empty when it says neither. */
    private Optional<Boolean> asked() {
        return words.words().stream()
                .flatMap(word -> word.is("iommu") && kernel.config("X86")
                        ? word.list().stream().flatMap(GlobalDomainType::ofX86)
                        : word.is("iommu.passthrough") ? CommandLine.truth(word.value()).stream() : Stream.of())
                .reduce((first, second) -> second);
    }

    private static Stream<Boolean> ofX86(String word) {
        return word.startsWith("pt") ? Stream.of(true) : word.startsWith("nopt") ? Stream.of(false) : Stream.of();
    }

    private boolean isEncrypted() {
        return kernel.config("AMD_MEM_ENCRYPT")
                && words.values("mem_encrypt").stream()
                        .reduce((first, second) -> second)
                        .filter("on"::equals)
                        .isPresent();
    }

    // iommu_dma_strict starts as CONFIG_IOMMU_DEFAULT_DMA_STRICT, one of a choice of three. Where nobody chooses, it is
    // lazy on x86, and on s390 since dma-iommu is used there; a kernel built to pass through is not built to be strict.
    private boolean isLazyByDefault() {
        if (kernel.config("IOMMU_DEFAULT_DMA_STRICT")) {
            return false;
        }
        return kernel.config("IOMMU_DEFAULT_DMA_LAZY")
                || kernel.config("IOMMU_DEFAULT_PASSTHROUGH")
                || kernel.config("X86")
                || kernel.config("S390") && kernel.config("IOMMU_DMA");
    }

    // intel_iommu_setup, parse_amd_iommu_options: both are read before iommu_subsys_init, on every x86 kernel
    private boolean driverWordsAreStrict() {
        return kernel.config("X86")
                && (words.list("intel_iommu").stream().anyMatch(word -> word.startsWith("strict"))
                        || words.values("amd_iommu").stream().anyMatch(value -> value.contains("fullflush")));
    }

    // Log formats for each case, made once: a format may not depend on a run.
    private static Map<List<Object>, Term> types() {
        var lines = new HashMap<List<Object>, Term>();
        for (boolean pass : new boolean[] {false, true}) {
            String line = "<6>iommu: Default domain type: " + (pass ? "Passthrough" : "Translated");
            lines.put(List.of(pass, " "), LogText.of(line + " "));
            lines.put(List.of(pass, ""), LogText.of(line));
            lines.put(List.of(pass, ASKED), LogText.of(line + ASKED));
        }
        return lines;
    }

    private static Map<List<Object>, Term> policies() {
        var lines = new HashMap<List<Object>, Term>();
        for (boolean strict : new boolean[] {false, true}) {
            String line = "<6>iommu: DMA domain TLB invalidation policy: " + (strict ? "strict" : "lazy") + " mode";
            lines.put(List.of(strict, " "), LogText.of(line + " "));
            lines.put(List.of(strict, ""), LogText.of(line));
            lines.put(List.of(strict, ASKED), LogText.of(line + ASKED));
        }
        return lines;
    }

    /** What the kernel says when it reads its command line, of a parameter of dma-iommu. */
    void announceParameters() {
        if (kernel.config("IOMMU_DMA") && words.flag("iommu.forcedac").orElse(false)) {
            kernel.log().line(FORCED_HIGH, kernel, 0, 0);
        }
    }

    /** iommu_subsys_init: what the kernel says at boot. */
    void announce() {
        if (asked.isEmpty() && kernel.config("IOMMU_DEFAULT_PASSTHROUGH") && isEncrypted()) {
            kernel.log().line(ENCRYPTED, kernel, 0, 0);
        }
        say(TYPES, passThrough, asked.isPresent());
        if (!passThrough) {
            say(POLICIES, strict.get(), words.flag("iommu.strict").isPresent());
        }
    }

    private void say(Map<List<Object>, Term> lines, boolean which, boolean byCommandLine) {
        String unasked = kernel.has(Behaviour.LOG_WITHOUT_TRAILING_BLANK) ? "" : " ";
        Term line = Objects.requireNonNull(lines.get(List.of(which, byCommandLine ? ASKED : unasked)));
        kernel.log().line(line, kernel, 0, 0);
    }

    /** The type now: a driver may have forced DMA_FQ to DMA since boot. */
    DomainType type() {
        if (passThrough) {
            return DomainType.IDENTITY;
        }
        return strict.get() ? DomainType.DMA : DomainType.DMA_FQ;
    }

    /** iommu_set_dma_strict: a driver's units would gain nothing from invalidating late. */
    void setStrict() {
        kernel.run(SET_STRICT, kernel, () -> strict.set(true));
    }
}
