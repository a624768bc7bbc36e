package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The type of default domains that a kernel starts with, and what it says of it. */
class GlobalDomainTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6.1 | X86 | '' | DMA_FQ | Translated . | lazy mode .",
                "6.12 | X86 | '' | DMA_FQ | Translated | lazy mode",
                "6.12 | ARM64 | '' | DMA | Translated | strict mode",
                "6.12 | X86 | iommu=pt | IDENTITY | Passthrough (set via kernel command line) | ",
                "6.12 | ARM64 | iommu=pt | DMA | Translated | strict mode",
                "6.1 | X86 | iommu=soft,nopt | DMA_FQ | Translated (set via kernel command line) | lazy mode .",
                "6.1 | X86 | iommu=pt iommu.passthrough=off | DMA_FQ | Translated (set via kernel command line) |"
                        + " lazy mode .",
                "6.1 | ARM64 | iommu.passthrough=on | IDENTITY | Passthrough (set via kernel command line) | ",
                "6.2 | X86 | iommu.strict=Y | DMA | Translated . |" + " strict mode (set via kernel command line)",
                "6.2 | ARM64 | iommu.strict=0 | DMA_FQ | Translated . | lazy mode (set via kernel command line)",
                "6.12 | X86 | intel_iommu=on,strict | DMA | Translated | strict mode",
                "6.12 | X86 | amd_iommu=fullflush | DMA | Translated | strict mode",
                "6.12 | X86 IOMMU_DEFAULT_DMA_STRICT | '' | DMA | Translated | strict mode",
                "6.12 | X86 IOMMU_DEFAULT_PASSTHROUGH | '' | IDENTITY | Passthrough | ",
                "6.1 | X86 IOMMU_DEFAULT_PASSTHROUGH | '' | IDENTITY | Passthrough . | ",
                "6.12 | ARM64 IOMMU_DEFAULT_PASSTHROUGH | iommu.passthrough=0 | DMA_FQ |"
                        + " Translated (set via kernel command line) | lazy mode",
                "6.12 | X86 IOMMU_DEFAULT_PASSTHROUGH AMD_MEM_ENCRYPT | mem_encrypt=on | DMA_FQ | Translated | lazy"
                        + " mode"
            })
    void theCommandLineAndTheConfigurationChoose(
            String spec, String config, String line, DomainType type, String first, String second) {
        Map<String, Boolean> options = new TreeMap<>();
        List.of(config.split(" ")).forEach(option -> options.put(option, true));
        var kernel = new Kernel(Machine.recording(), KernelSpec.parse(spec).withCommandLine(line), options);
        var global = new GlobalDomainType(kernel);
        kernel.machine().powerOn();
        global.announce();
        assertThat(global.type()).isEqualTo(type);
        List<String> said = KernelLogText.lines(
                        kernel.machine().finish(), new KernelLogText.Form(KernelLogText.Arch.ARM64, true, Version.V6_2))
                .stream()
                .map(KernelLogText.Line::text)
                .filter(text -> !text.contains("encryption"))
                .toList();
        assertThat(said.getFirst()).isEqualTo("iommu: Default domain type: " + blank(first));
        assertThat(said.stream().skip(1))
                .isEqualTo(
                        second == null
                                ? List.of()
                                : List.of("iommu: DMA domain TLB invalidation policy: " + blank(second)));
    }

    // a trailing blank is written as a dot
    private static String blank(String text) {
        return text.endsWith(" .") ? text.substring(0, text.length() - 1) : text;
    }
}
