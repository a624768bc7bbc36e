package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.board.Architecture;
import org.iommulab.board.BoardReader;
import org.iommulab.explore.breaks.Claims.Answer;
import org.iommulab.explore.breaks.Claims.Claim;
import org.iommulab.scenario.ScenarioLibrary;
import org.junit.jupiter.api.Test;

/**
 * What is known of each driver without one of its callbacks, and of 32-bit ARM on the levels of the series, shown by
 * runs.
 */
class DriverRemarksTest {
    private static final List<Claim> REMARKS = Claims.read("""
        amd: detach_dev was dead code                                            | amd/owner-claim           | BASE           | amd.detach_dev             | nothing |
        amd: iotlb_sync, strict: stale DMA, no fault                             | amd/strict-flush          | BASE 6.12      | amd.iotlb_sync             | wrong data | no-stale-tlb
        amd: iotlb_sync_map is only seen with NpCache                            | amd/boot-and-dma          | BASE 6.12      | amd.iotlb_sync_map         | nothing |
        amd: release_device: freeing the group's domain clears the DTE           | amd/unplugged             | BASE 6.12      | amd.release_device         | nothing |
        apple-dart: detach_dev: none                                             | apple-dart/boot-and-dma   | BASE           | apple-dart.detach_dev      | nothing |
        apple-dart: iotlb_sync_map: a cached negative entry                      | apple-dart/nothing-is-cached-too | BASE 6.12 | apple-dart.iotlb_sync_map | fault storm | NO PTE FOR IOVA
        apple-dart: iotlb_sync: stale                                            | apple-dart/boot-and-dma   | BASE 6.12      | apple-dart.iotlb_sync      | wrong data | no-stale-tlb
        apple-dart: release_device: memory leak only                             | apple-dart/removed        | BASE 6.12      | apple-dart.release_device  | nothing |
        apple-dart: set_platform_dma_ops never existed                           | apple-dart/boot-and-dma   | P5 6.3         | apple-dart.set_platform_dma_ops | not there |
        arm-smmu: iotlb_sync: issued at unmap already, only not awaited          | arm-smmu/boot-and-dma     | BASE 6.12      | arm-smmu.iotlb_sync        | nothing |
        arm-smmu-v3: iotlb_sync: nothing at all is invalidated                   | smmu-v3/boot-and-dma      | BASE 6.12      | arm-smmu-v3.iotlb_sync     | wrong data | no-stale-tlb
        arm-smmu-v3: release_device: stale stream table entry                    | smmu-v3/unplugged         | BASE 6.12      | arm-smmu-v3.release_device | use after free | walks the freed table
        arm-smmu on ARM32, BASE and P1: as a driver without detach_dev           | arm-smmu/hand-back        | BASE P1        | arm-smmu.-                 | WARN+error+fault storm | WARN in __iommu_group_set_domain & returns -EINVAL
        arm-smmu on ARM32, v6.3: WARN, S2CR still translates                     | arm-smmu/hand-back        | P5 6.3 6.4     | arm-smmu.-                 | WARN+fault storm | WARN in iommu_group_do_set_platform_dma & hardware-follows-group
        arm-smmu on ARM32, v6.7: an identity domain                              | arm-smmu/hand-back        | 6.7 6.12       | arm-smmu.-                 | nothing |
        exynos ARM32, DRM, v6.2: correct                                         | exynos/unhandled-fault    | BASE           | exynos.detach_dev          | nothing |
        exynos ARM32, DRM, P1: two WARNs, -EINVAL, -EBUSY                        | exynos/drm-bind           | P1             | exynos.-                   | WARN+error | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain & -EBUSY
        exynos ARM32, DRM, P2..P4: one WARN_ON_ONCE, works                       | exynos/drm-bind           | P2 P3 P4       | exynos.-                   | WARN | WARN in __iommu_group_set_domain
        exynos ARM32, DRM, P5: a WARN each time, works                           | exynos/drm-bind           | P5             | exynos.-                   | WARN | WARN in iommu_group_do_set_platform_dma
        exynos ARM32, DRM, first fix: links gone, the SysMMU stays off           | exynos/drm-bind           | exynos-fix     | exynos.-                   | fault storm | hardware-follows-group
        exynos ARM32, probe deferred, P1..P5: WARNs, then the lock taken twice   | exynos/deferred-probe     | P1 P2 P3 P4 P5 | exynos.-                   | WARN+hang | WARN in exynos_iommu_domain_free & WARN in clk_core_enable & hang: sysmmu.lock
        exynos ARM32, probe deferred, first fix: link deleted twice              | exynos/deferred-probe     | exynos-fix     | exynos.-                   | use after free | device_link_del
        exynos ARM32, detach_dev: the same as P1                                 | exynos/deferred-probe     | BASE           | exynos.detach_dev          | WARN+hang | hang: sysmmu.lock
        exynos ARM32, set_platform_dma_ops: boot hang on a deferred probe        | exynos/deferred-probe     | exynos-fix2 6.3 6.4 | exynos.set_platform_dma_ops | WARN+hang | hang: sysmmu.lock
        exynos ARM32, identity_domain: device probe fails                        | exynos/drm-bind           | 6.7 6.12       | exynos.identity_domain     | error | -EOPNOTSUPP
        exynos arm64, release_device: clients left at free, the same lock-up     | tm2: remove 13800000.decon | BASE P5 6.3   | exynos.release_device      | hang | sysmmu.lock
        fsl_pamu: neither callback: WARN, and kernel DMA keeps working           | pamu/hand-back            | P5 6.3 6.4     | fsl_pamu.set_platform_dma_ops | WARN+wrong data | 'Platform DMA' goes through
        fsl_pamu: no iotlb_sync                                                  | pamu/hand-back            | BASE 6.12      | fsl_pamu.iotlb_sync        | not there |
        fsl_pamu: no release_device                                              | pamu/hand-back            | BASE 6.12      | fsl_pamu.release_device    | not there |
        intel: iotlb_sync_map, caching mode: faults                              | intel/it-remembers-nothing | BASE 6.12     | intel.iotlb_sync_map       | fault storm | PTE Read access is not set
        intel: flush_iotlb_all, lazy: the queue calls it without a test          | intel/lazy-flush          | BASE 6.12      | intel.flush_iotlb_all      | oops |
        intel: probe_finalize up to 6.9: direct DMA with translation on          | intel/boot-and-dma        | BASE 6.7       | intel.probe_finalize       | fault storm | was given back to dma-direct
        intel: release_device: the context keeps its table, which is freed       | pci/away-and-back         | BASE 6.7       | intel.release_device       | WARN+use after free | WARN in domain_exit & walks the freed table
        intel: release_device, the domain lives on: it is warned of when it goes | pci/removed-while-owned   | BASE 6.7       | intel.release_device       | WARN | WARN in domain_exit
        intel: release_device, 6.12: release_domain has cleared the context      | pci/away-and-back         | 6.12           | intel.release_device       | nothing |
        ipmmu ARM32, removal of a device, P1: WARNs                              | ipmmu/removed             | P1             | ipmmu-vmsa.-               | WARN+error | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain
        ipmmu ARM32, removal of a device, P2..P4                                 | ipmmu/removed             | P2 P3 P4       | ipmmu-vmsa.-               | WARN | WARN in __iommu_group_set_domain
        ipmmu ARM32, removal of a device, P5, v6.3                               | ipmmu/removed             | P5 6.3         | ipmmu-vmsa.-               | WARN | WARN in iommu_group_do_set_platform_dma
        ipmmu ARM32, detached, P5, v6.3: DMA is translated, and faults           | ipmmu/hand-back           | P5 6.3 6.4     | ipmmu-vmsa.-               | WARN+fault storm | translation fault & released-device-dma
        ipmmu ARM32, v6.7: an identity domain                                    | ipmmu/hand-back           | 6.7 6.12       | ipmmu-vmsa.-               | nothing |
        ipmmu: iotlb_sync: unmapped addresses keep translating                   | ipmmu/root-and-leaf       | BASE 6.12      | ipmmu-vmsa.iotlb_sync      | wrong data | no-stale-tlb
        ipmmu: probe_finalize: arm64 unaffected                                  | ipmmu/root-and-leaf       | BASE           | ipmmu-vmsa.probe_finalize  | nothing |
        ipmmu: probe_finalize: ARM32, one context, the second device fails       | ipmmu/one-context         | BASE P5 6.3    | ipmmu-vmsa.probe_finalize  | error | -EBUSY
        msm: set_platform_dma_ops: the context stays on, WARN, the old table     | msm/golden-trace          | P5 6.3 6.4     | msm.set_platform_dma_ops   | WARN+suspicious | still walks domain 1
        mtk: detach_dev: nothing on arm64                                        | mtk/one-group             | BASE           | mtk.detach_dev             | nothing |
        mtk: release_device: device_del has dropped the link before              | mtk/removed               | BASE 6.12      | mtk.release_device         | nothing |
        mtk ARM32, P1: -EINVAL, two WARNs                                        | mtk/hand-back             | P1             | mtk.-                      | WARN+error | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain & returns -EINVAL
        mtk ARM32, P2..P4: one WARN                                              | mtk/hand-back             | P2 P3 P4       | mtk.-                      | WARN | WARN in __iommu_group_set_domain
        mtk ARM32, P5 to v6.6: WARN                                              | mtk/hand-back             | P5 6.3 6.4     | mtk.-                      | WARN | WARN in iommu_group_do_set_platform_dma
        mtk ARM32, v6.7: an identity domain                                      | mtk/hand-back             | 6.7 6.12       | mtk.-                      | nothing |
        mtk-v1: detach_dev, set_platform_dma_ops: dead code                      | mtkv1/hand-back           | BASE P2        | mtk-v1.detach_dev          | nothing |
        mtk-v1: set_platform_dma_ops: dead code                                  | mtkv1/hand-back           | P3 P5 6.3 6.4  | mtk-v1.set_platform_dma_ops | nothing |
        mtk-v1: probe_finalize: a mapping that the hardware never walks          | mtkv1/unbound             | BASE P5        | mtk-v1.probe_finalize      | suspicious | reaches memory untranslated
        omap: detach_dev without replacement: WARN, powered, still walking       | omap/back-again           | P5 6.3         | omap.set_platform_dma_ops  | WARN+suspicious | still walks domain 1
        omap: release_device: no hardware effect                                 | omap/gone                 | BASE P5        | omap.release_device        | nothing |
        qcom ARM32, P1: WARNs, -EINVAL, the bank keeps translating               | qcom/hand-back            | P1             | qcom.-                     | WARN+error+fault storm | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain & returns -EINVAL
        qcom ARM32, P2..P4: WARN, context fault at the next kernel DMA           | qcom/hand-back            | P2 P3 P4       | qcom.-                     | WARN+fault storm | WARN in __iommu_group_set_domain & hardware-follows-group
        qcom ARM32, P5 to v6.6: WARN, context fault                              | qcom/hand-back            | P5 6.3 6.4     | qcom.-                     | WARN+fault storm | WARN in iommu_group_do_set_platform_dma & hardware-follows-group
        qcom ARM32, v6.7: an identity domain                                     | qcom/hand-back            | 6.7 6.12       | qcom.-                     | nothing |
        qcom: detach_dev on arm64: none                                          | qcom/reattach-hole        | BASE           | qcom.detach_dev            | nothing |
        rockchip ARM32, P1: -EINVAL, two WARNs, freed table, -EBUSY              | rockchip/drm-hand-over    | P1             | rockchip.-                 | WARN+error | WARN in __iommu_group_set_core_domain & WARN in rk_iommu_domain_free & -EBUSY & no-table-freed-in-use
        rockchip ARM32, P2..P4: the driver is not called, use after free         | rockchip/drm-hand-over    | P2 P3 P4       | rockchip.-                 | WARN+use after free | WARN in __iommu_group_set_domain & WARN in rk_iommu_domain_free & no-table-freed-in-use
        rockchip ARM32, P5, v6.3: the report                                     | rockchip/drm-hand-over    | P5 6.3         | rockchip.-                 | WARN+use after free | WARN in iommu_group_do_set_platform_dma & WARN in rk_iommu_domain_free & no-table-freed-in-use
        rockchip ARM32, after its fix                                            | rockchip/drm-hand-over    | 6.4 6.7 6.12   | rockchip.-                 | nothing |
        s390: detach_dev: the anchor still designates the user's table           | s390/hand-back            | BASE           | s390.detach_dev            | WARN |
        s390: set_platform_dma_ops: WARN                                         | s390/hand-back            | P5 6.3 6.4     | s390.set_platform_dma_ops  | WARN |
        s390: iotlb_sync: a stale shadow                                         | s390/lazy                 | 6.7 6.12       | s390.iotlb_sync            | wrong data | no-stale-tlb
        s390: iotlb_sync_map: the first DMA faults                               | s390/shadow               | BASE 6.12      | s390.iotlb_sync_map        | fault storm |
        s390: release_device: the anchor is left with a freed table              | s390/unplugged            | BASE P5        | s390.release_device        | use after free | still walks domain 1
        s390: probe_finalize: not used                                           | s390/hand-back            | BASE P5 6.3    | s390.probe_finalize        | not there |
        sprd: detach_dev was dead code                                           | sprd/back-to-default      | BASE           | sprd.detach_dev            | nothing |
        sprd, P1 to 6.3: back to the default domain, and the next attach fails   | sprd/back-to-default      | BASE P1 P2 P3 P4 P5 6.3 | sprd.-            | WARN+error | WARN in __iommu_group_set_core_domain & returns -EBUSY
        sprd, up to 6.3: back to the default domain fails                        | sprd/after-a-user         | BASE P1 P2 P3 P4 P5 6.3 | sprd.-            | WARN | WARN in iommu_group_release_dma_owner & default-after-release
        sprd, 6.4: it may be attached again                                      | sprd/back-to-default      | 6.4 6.7 6.12   | sprd.-                     | nothing |
        sun50i: detach_dev: none                                                 | sun50i/claimed            | BASE           | sun50i-iommu.detach_dev    | nothing |
        sun50i, arm64, P1 to P5: nothing, the default domain is there            | sun50i/hand-back          | BASE P1 P2 P3 P4 P5 6.3 | sun50i-iommu.-    | nothing |
        sun50i: iotlb_sync: an unmapped page stays readable                      | sun50i/one-group          | BASE 6.12      | sun50i-iommu.iotlb_sync    | wrong data | no-stale-tlb
        tegra-gart: detach_dev: every later domain is refused                    | tegragart/one-domain      | BASE           | tegra-gart.detach_dev      | WARN+error | -EBUSY
        tegra-gart: set_platform_dma_ops: every later domain is refused          | tegragart/one-domain      | P5 6.3         | tegra-gart.set_platform_dma_ops | WARN+error | gart_iommu_attach_dev of
        tegra-smmu: set_platform_dma_ops: WARN, the number stays taken           | tegrasmmu/four-address-spaces | P5 6.3     | tegra-smmu.set_platform_dma_ops | WARN+error+use after free | -ENOSPC
        virtio: iotlb_sync: UNMAP sits unsent, the device can still use it       | virtio-iommu/boot-and-dma | BASE 6.12      | virtio.iotlb_sync          | wrong data | dma-inside-mappings
        virtio: iotlb_sync_map: MAP not sent                                     | virtio-iommu/boot-and-dma | 6.12           | virtio.iotlb_sync_map      | fault storm |
        virtio: flush_iotlb_all, lazy: called without a test                     | virtio-iommu/lazy         | 6.12           | virtio.flush_iotlb_all     | oops |
        """);

    @Test
    void everyRemarkIsShownByARun() {
        List<Answer> answers = new Claims().answers(REMARKS);
        System.out.println("drivers without a callback: description -> run");
        answers.forEach(answer -> System.out.println(answer.line()));
        assertThat(answers).allMatch(Answer::agrees);
    }

    /**
     * Whom the series could hurt: drivers that lost detach_dev and have machines without default domains. sun50i and sprd
     * have none. The H6 and the H616 are 64-bit, and no tree under arch/arm names their IOMMU (v6.1, v6.12); patches for
     * that of the D1, which the 32-bit T113 has too, were posted and parked. No tree of the kernel has an {@code
     * sprd,iommu-v1}, and its SoCs are 64-bit. dart and amd never were on 32-bit ARM.
     */
    @Test
    void theDriversOfPatch1ThatHaveA32BitPlatform() {
        Set<String> on32Bit = new ScenarioLibrary(Path.of("..", "scenarios"))
                .boards().stream()
                        .map(BoardReader::read)
                        .filter(board -> board.architecture() == Architecture.ARM32)
                        .flatMap(board -> Sweep.driversOf(board).stream())
                        .collect(Collectors.toSet());
        Set<String> lost = Stream.of(
                        "amd", "apple-dart", "exynos", "ipmmu-vmsa", "mtk", "qcom", "rockchip", "sprd", "sun50i-iommu")
                .filter(on32Bit::contains)
                .collect(Collectors.toSet());
        assertThat(lost).containsExactlyInAnyOrder("exynos", "ipmmu-vmsa", "mtk", "qcom", "rockchip");
    }
}
