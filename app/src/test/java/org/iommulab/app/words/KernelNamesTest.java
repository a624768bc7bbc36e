package org.iommulab.app.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelNamesTest {
    @ParameterizedTest
    @CsvSource({
        "6.3, Linux 6.3",
        "6.2+p1, Linux 6.2 + patch 1",
        "6.2+p1..p5, Linux 6.2 + patches 1–5",
        "'6.2+p1,p3..p5+exynos-fix', 'Linux 6.2 + patches 1, 3–5 + exynos-fix'",
    })
    void saysABuildInWords(String spec, String title) {
        assertThat(KernelNames.title(KernelSpec.parse(spec))).isEqualTo(title);
    }

    @Test
    void saysWhatWasTakenAway() {
        var build = KernelSpec.parse("6.3").without(List.of(new Removal("exynos", Callback.ATTACH_DEV)));
        assertThat(KernelNames.title(build)).isEqualTo("Linux 6.3, 1 callback off");
    }
}
