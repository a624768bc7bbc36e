package org.iommulab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words of a kernel's command line, as the kernel reads them. */
class CommandLineTest {
    @ParameterizedTest
    @CsvSource({
        "iommu.strict=1, iommu.strict, true",
        "iommu.strict=on, iommu.strict, true",
        "iommu.strict=oFf, iommu.strict, false",
        "iommu.strict=Y iommu.strict=0, iommu.strict, false",
        "iommu.strict=0 iommu.strict=maybe, iommu.strict, false",
        "iommu.strict, iommu.strict,",
        "quiet iommu.strictly=1, iommu.strict,",
        "arm-smmu.disable-bypass=n, arm_smmu.disable_bypass, false"
    })
    void aFlagIsTheLastThatCanBeUnderstood(String line, String name, Boolean value) {
        assertThat(new CommandLine(line).flag(name)).isEqualTo(Optional.ofNullable(value));
    }

    @ParameterizedTest
    @CsvSource({
        "m.p, true",
        "m.p=0, false",
        "m-x.p=1,",
        "m.p=off m.p, true",
        "m.p=n m.p=, true",
        "m.p=n m.p=never mind, false",
        "m.p=n m.p=what, false",
        "m.pp=1,"
    })
    void aParameterOfAModuleNeedsNoValue(String line, Boolean value) {
        assertThat(new CommandLine(line).parameter("m.p")).isEqualTo(Optional.ofNullable(value));
    }

    @ParameterizedTest
    @CsvSource({"a=1 b a=2, 2", "a=1 a, ''", "b=1,", "'  a=x=y ', x=y"})
    void theLastWordCounts(String line, String value) {
        assertThat(new CommandLine(line).last("a")).isEqualTo(Optional.ofNullable(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"iommu=soft,pt iommu=nopt | soft pt nopt", "iommu=,off, | off", "iommus=pt | ''"})
    void aListHasItsWordsInOrder(String line, String words) {
        assertThat(String.join(" ", new CommandLine(line).list("iommu"))).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"quiet, true", "nointremap, false", "'intremap=off,nosid', false", "intremap=off intremap=on, true"})
    void interruptsAreRemappedUnlessSomebodyForbidsIt(String line, boolean remapped) {
        assertThat(new CommandLine(line).remapsInterrupts()).isEqualTo(remapped);
    }
}
