package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.iommulab.board.BoardReader;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A driver's table has what the kernel's has, also where nothing in the lab calls it: drivers/iommu of 6.1.y and 6.12.y;
 * between them the release that brought it (SVA in the core in 6.2, iommufd's hw_info in 6.6).
 */
class PasidCallbacksTest {
    @ParameterizedTest
    @CsvSource({
        "pci-small-smmu, arm-smmu-v3, dev_enable_feat,  6.1,  arm_smmu_dev_enable_feature",
        "pci-small-smmu, arm-smmu-v3, dev_disable_feat, 6.7,  arm_smmu_dev_disable_feature",
        "pci-small-smmu, arm-smmu-v3, page_response,    6.1,  arm_smmu_page_response",
        "pci-small-smmu, arm-smmu-v3, remove_dev_pasid, 6.1,",
        "pci-small-smmu, arm-smmu-v3, remove_dev_pasid, 6.2,  arm_smmu_remove_dev_pasid",
        "pci-small,      intel,       dev_enable_feat,  6.1,  intel_iommu_dev_enable_feat",
        "pci-small,      intel,       remove_dev_pasid, 6.1,",
        "pci-small,      intel,       remove_dev_pasid, 6.2,  intel_iommu_remove_dev_pasid",
        "pci-small,      intel,       hw_info,          6.4,",
        "pci-small,      intel,       hw_info,          6.7,  intel_iommu_hw_info",
        "desktop-ryzen,  amd,         page_response,    6.1,",
        "desktop-ryzen,  amd,         page_response,    6.12, amd_iommu_page_response",
        "desktop-ryzen,  amd,         remove_dev_pasid, 6.12, amd_iommu_remove_dev_pasid"
    })
    void theTableHasIt(String board, String driver, String callback, String kernel, String function) {
        var found = Catalogue.callbacks(
                        BoardReader.read(Path.of("..", "scenarios", "boards", board + ".json")),
                        KernelSpec.parse(kernel))
                .stream()
                .filter(entry ->
                        entry.driver().equals(driver) && entry.callback().equals(callback))
                .map(Catalogue.Entry::function)
                .findFirst();
        assertThat(found.orElse(null)).isEqualTo(function);
    }
}
