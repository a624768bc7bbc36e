package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.iommulab.backend.IdRange;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.kernel.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IOMMU in sysfs becomes. */
class AmdRecogniseTest {
    private static SysfsInstance.Unit unit(List<IdRange> ids) {
        return unit(Map.of("amd-iommu/cap", "b0f"), Version.V6_1, ids);
    }

    private static SysfsInstance.Unit unit(Map<String, String> files, Version kernel, List<IdRange> ids) {
        var instance = new SysfsInstance(
                "ivhd1", "../../devices/pci0000:00/0000:00:00.2/iommu/ivhd1", files, kernel, List.of(), ids);
        return new AmdBackend().recognise(instance, List.of()).orElseThrow();
    }

    /** amd_iommu_show_features: both words may be set. */
    @ParameterizedTest
    @CsvSource({
        "V6_1, 10:246577efa2254afa",
        "V6_4, 10:246577efa2254afa",
        "V6_7, 246577efa2254afa:10",
        "V6_12, 246577efa2254afa:10",
        "V6_1, 246577efa2254afa"
    })
    void theFirstFeatureWordIsTold(Version kernel, String file) {
        assertThat(unit(Map.of("amd-iommu/cap", "b0f", "amd-iommu/features", file), kernel, List.of())
                        .properties())
                .containsEntry("features", 0x2465_77ef_a225_4afaL);
    }

    @Test
    void theOnlyOneHasAllIds() {
        assertThat(unit(List.of()).device()).isEqualTo("0000:00:00.2");
        assertThat(unit(List.of()).properties()).doesNotContainKeys("ids0", "firstId", "lastId");
    }

    @Test
    void ofSeveralEachHasItsRanges() {
        assertThat(unit(List.of(new IdRange(0x10, 0x27), new IdRange(0x4000, 0x41ff)))
                        .properties())
                .containsEntry("ids0", 0x0010_0027L)
                .containsEntry("ids1", 0x4000_41ffL)
                .doesNotContainKey("ids2");
    }

    @Test
    void rangesFillWhatNobodyElseHas() {
        List<IdRange> own = List.of(new IdRange(0x41, 0x41), new IdRange(0x10, 0x10), new IdRange(0x300, 0x3ff));
        assertThat(IdRange.apart(own, List.of())).containsExactly(new IdRange(0x10, 0x3ff));
        assertThat(IdRange.apart(own, List.of(0x28)))
                .containsExactly(new IdRange(0x10, 0x10), new IdRange(0x41, 0x3ff));
        assertThat(IdRange.apart(own, List.of(0x28, 0x100)))
                .containsExactly(new IdRange(0x10, 0x10), new IdRange(0x41, 0x41), new IdRange(0x300, 0x3ff));
    }
}
