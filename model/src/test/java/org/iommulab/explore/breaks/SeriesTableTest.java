package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.explore.breaks.Claims.Answer;
import org.iommulab.explore.breaks.Claims.Claim;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;

/**
 * The series' table "remove callback X from driver Y", both ways: each row is shown by a run on each revision that it
 * names, and no run of the sweep shows what the table excludes. {@code pgsize_bitmap} is no callback but a number: taken
 * away it is 0, and the domain has what its driver writes into it besides.
 */
class SeriesTableTest {
    /** One before and one after the changes of v6.7. */
    private static final List<String> LEVELS = List.of("BASE", "6.12");

    private static final List<Claim> ROWS = Claims.read("""
        detach_dev, no default domain: WARN, -EINVAL, second WARN, -EBUSY        | omap/hand-back            | BASE P1        | omap.detach_dev            | WARN+error | WARN in __iommu_group_set_domain & __iommu_group_set_domain of group 1 returns -EINVAL & WARN in __iommu_group_set_core_domain & group 1 keeps domain 1 & gets -EBUSY
        detach_dev, no default domain                                            | msm/same-domain-again     | BASE P1        | msm.detach_dev             | WARN+error | WARN in __iommu_group_set_domain & returns -EINVAL & WARN in __iommu_group_set_core_domain & gets -EBUSY
        detach_dev, no default domain                                            | pamu/hand-back            | BASE P1        | fsl_pamu.detach_dev        | WARN+error | WARN in __iommu_group_set_domain & returns -EINVAL & group 3 keeps domain 1
        detach_dev, no default domain: freed domain, dangling pointer            | tegrasmmu/hand-back       | BASE P1        | tegra-smmu.detach_dev      | WARN+error+use after free | WARN in __iommu_group_set_domain & returns -EINVAL
        detach_dev, no default domain                                            | tegragart/one-domain      | BASE P1        | tegra-gart.detach_dev      | WARN+error | WARN in __iommu_group_set_domain
        detach_dev, no default domain                                            | s390/hand-back            | BASE P1        | s390.detach_dev            | WARN+error | WARN in __iommu_group_set_domain
        detach_dev, ARM32: -EBUSY at the next attach                             | exynos/drm-bind           | BASE           | exynos.detach_dev          | WARN+error | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain & iommu_attach_device of 12c10000.mixer returns -EBUSY
        detach_dev, ARM32, taken away by P1 itself                               | exynos/drm-bind           | P1             | exynos.-                   | WARN+error | WARN in __iommu_group_set_domain & WARN in __iommu_group_set_core_domain & iommu_attach_device of 12c10000.mixer returns -EBUSY
        detach_dev, with a default domain: nothing                               | exynos/arm64-display      | BASE           | exynos.detach_dev          | nothing |
        detach_dev, with a default domain: nothing                               | amd/boot-and-dma          | BASE           | amd.detach_dev             | nothing |
        detach_dev, with a default domain: nothing                               | qcom/after-a-user         | BASE           | qcom.detach_dev            | nothing |
        detach_dev, with a default domain: nothing                               | apple-dart/streams-stay   | BASE           | apple-dart.detach_dev      | nothing |
        detach_dev, with a default domain: nothing                               | sun50i/hand-back          | BASE           | sun50i-iommu.detach_dev    | nothing |
        detach_dev, with a default domain: nothing                               | sprd/after-a-user         | BASE           | sprd.detach_dev            | nothing |
        detach_dev, with a default domain: nothing                               | mtkv1/hand-back           | BASE P1 P2     | mtk-v1.detach_dev          | nothing |
        neither callback, no default domain: WARN_ON_ONCE, the core forgets      | omap/hand-back            | P2             | omap.detach_dev            | WARN+suspicious | WARN in __iommu_group_set_domain & the core says NULL
        neither callback, no default domain: WARN_ON_ONCE, the core forgets      | omap/hand-back            | P3 P4          | omap.set_platform_dma_ops  | WARN+suspicious | WARN in __iommu_group_set_domain & the core says NULL
        neither callback, ARM32: WARN_ON_ONCE                                    | exynos/drm-bind           | P2 P3 P4       | exynos.-                   | WARN | WARN in __iommu_group_set_domain
        set_platform_dma_ops: falls back to detach_dev                           | exynos/drm-bind           | 6.2+p2+exynos-fix2 | exynos.set_platform_dma_ops | nothing |
        set_platform_dma_ops, no default domain: WARN, core NULL, hardware as it was | omap/hand-back        | P5 6.3 6.4     | omap.set_platform_dma_ops  | WARN+suspicious | WARN in iommu_group_do_set_platform_dma & the core says NULL; 58882000.mmu still walks domain 1
        set_platform_dma_ops, no default domain: table freed under hardware      | tegrasmmu/hand-back       | P5 6.3 6.4     | tegra-smmu.set_platform_dma_ops | WARN+use after free | WARN in iommu_group_do_set_platform_dma & the core says NULL
        set_platform_dma_ops, no default domain                                  | pamu/hand-back            | P5 6.3 6.4     | fsl_pamu.set_platform_dma_ops | WARN+suspicious | WARN in iommu_group_do_set_platform_dma & the core says NULL
        set_platform_dma_ops, no default domain                                  | msm/same-domain-again     | P5 6.3 6.4     | msm.set_platform_dma_ops   | WARN+suspicious | WARN in iommu_group_do_set_platform_dma & the core says NULL
        set_platform_dma_ops, no default domain                                  | s390/hand-back            | P5 6.3 6.4     | s390.set_platform_dma_ops  | WARN | WARN in iommu_group_do_set_platform_dma
        set_platform_dma_ops, no default domain                                  | tegragart/one-domain      | P5 6.3 6.4     | tegra-gart.set_platform_dma_ops | WARN+error | WARN in iommu_group_do_set_platform_dma
        set_platform_dma_ops, ARM32                                              | exynos/suspend-around-attach | exynos-fix2 6.3 6.4 | exynos.set_platform_dma_ops | WARN+suspicious | WARN in iommu_group_do_set_platform_dma & the core says NULL
        set_platform_dma_ops, ARM32: table freed under hardware                  | rockchip/drm-hand-over    | 6.4            | rockchip.set_platform_dma_ops | WARN+use after free | WARN in iommu_group_do_set_platform_dma
        set_platform_dma_ops, with a default domain: nothing                     | mtkv1/hand-back           | P3 P5 6.3      | mtk-v1.set_platform_dma_ops | nothing |
        attach_dev: -ENODEV, the device is released                              | exynos/arm64-display      | BASE P5 6.7 6.12 | exynos.attach_dev        | error | __iommu_attach_device of & returns -ENODEV
        attach_dev: -ENODEV                                                      | amd/boot-and-dma          | BASE 6.12      | amd.attach_dev             | error | returns -ENODEV
        domain_alloc: oops                                                       | amd/boot-and-dma          | BASE P5 6.3 6.4 | amd.domain_alloc          | oops | NULL pointer dereference: domain_alloc
        domain_alloc: oops, ARM32 too                                            | exynos/drm-bind           | BASE P5 6.3 6.4 | exynos.domain_alloc       | oops | NULL pointer dereference: domain_alloc
        domain_alloc, 6.7: -EOPNOTSUPP                                           | amd/boot-and-dma          | 6.7 6.12       | amd.domain_alloc           | error | -EOPNOTSUPP
        probe_device: oops                                                       | exynos/arm64-display      | BASE P5 6.7 6.12 | exynos.probe_device      | oops | NULL pointer dereference: probe_device
        device_group: oops                                                       | exynos/arm64-display      | BASE P5 6.7 6.12 | exynos.device_group      | oops | NULL pointer dereference: device_group
        release_device: tables freed under hardware                              | smmu-v3/unplugged         | BASE P5 6.12   | arm-smmu-v3.release_device | use after free | walks the freed table
        release_device: tables freed under hardware                              | s390/unplugged            | BASE P5        | s390.release_device        | use after free | walks the freed table
        probe_finalize, x86: every DMA faults                                    | amd/boot-and-dma          | BASE P5 6.3 6.7 | amd.probe_finalize        | fault storm | IO_PAGE_FAULT
        probe_finalize, x86: every DMA faults                                    | intel/boot-and-dma        | BASE P5 6.7   | intel.probe_finalize       | fault storm | was given back to dma-direct
        probe_finalize, arm64: the architecture's hook does it too               | virtio-iommu/boot-and-dma | BASE           | virtio.probe_finalize      | nothing |
        probe_finalize, ARM: ipmmu loses the shared mapping                      | ipmmu/one-context         | BASE P5        | ipmmu-vmsa.probe_finalize  | error | ipmmu_attach_device of fe928000.vsp returns -EBUSY
        probe_finalize, ARM: mtk_v1 loses its mapping                            | mtkv1/removed             | BASE P5        | mtk-v1.probe_finalize      | suspicious | reaches memory untranslated
        def_domain_type: no preference                                           | amd/boot-and-dma          | BASE P5 6.12   | amd.def_domain_type        | nothing |
        is_attach_deferred, kdump: in-flight DMA of the crashed kernel faults    | amd/crashed               | BASE P5 6.12   | amd.is_attach_deferred     | fault storm | IO_PAGE_FAULT & 'The SSD writes on' gets -EIO
        is_attach_deferred, kdump: in-flight DMA of the crashed kernel faults    | intel/crashed             | BASE P5 6.12   | intel.is_attach_deferred   | fault storm | PTE Write access is not set & 'The SSD writes on' gets -EIO
        is_attach_deferred, no kdump: nothing                                    | amd/boot-and-dma          | BASE P5 6.12   | amd.is_attach_deferred     | nothing |
        get_resv_regions: firmware-owned buffers fault                           | amd/firmware-buffer       | BASE P5 6.12   | amd.get_resv_regions       | fault storm |
        get_resv_regions: firmware-owned buffers fault                           | intel/firmware-memory     | BASE P5 6.12   | intel.get_resv_regions     | fault storm |
        map: -ENODEV                                                             | exynos/arm64-display      | BASE P5 6.3    | exynos.map                 | error | of domain 1 returns -ENODEV
        map_pages: -ENODEV                                                       | omap/hand-back            | 6.7            | omap.map_pages             | error | returns -ENODEV
        map_pages, 6.7: -ENODEV and WARN_ON                                      | exynos/arm64-display      | 6.7 6.12       | exynos.map_pages           | error+WARN | returns -ENODEV & WARN in __iommu_map
        unmap_pages: iommu_unmap returns 0, dma-iommu warns                      | amd/lazy-flush            | BASE P5 6.3    | amd.unmap_pages            | WARN | WARN in __iommu_dma_unmap
        unmap_pages, 6.7: WARN_ON                                                | amd/lazy-flush            | 6.7 6.12       | amd.unmap_pages            | WARN | WARN in __iommu_unmap & WARN in __iommu_dma_unmap
        iova_to_phys: oops at the direct mappings                                | amd/boot-and-dma          | BASE P5 6.12   | amd.iova_to_phys           | oops | NULL pointer dereference: iova_to_phys
        iova_to_phys: oops at every dma_unmap_page                               | smmu-v3/lazy-flush        | BASE P5 6.12   | arm-smmu-v3.iova_to_phys   | oops | NULL pointer dereference: iova_to_phys
        flush_iotlb_all: oops in the flush timer                                 | amd/lazy-flush            | BASE P5 6.12   | amd.flush_iotlb_all        | oops | NULL pointer dereference: flush_iotlb_all
        flush_iotlb_all: oops in the flush timer                                 | intel/lazy-flush          | BASE P5 6.12   | intel.flush_iotlb_all      | oops | NULL pointer dereference: flush_iotlb_all
        flush_iotlb_all, strict: skipped                                         | amd/boot-and-dma          | BASE P5 6.12   | amd.flush_iotlb_all        | nothing |
        iotlb_sync: silently stale, the device uses a freed page                 | amd/strict-flush          | BASE P5 6.12   | amd.iotlb_sync             | wrong data | no-stale-tlb & goes through
        iotlb_sync: silently stale                                               | smmu-v3/boot-and-dma      | BASE P5 6.12   | arm-smmu-v3.iotlb_sync     | wrong data | no-stale-tlb
        iotlb_sync_map, caching mode: spurious faults                            | intel/it-remembers-nothing | BASE P5 6.12  | intel.iotlb_sync_map       | fault storm | PTE Read access is not set
        free: oops                                                               | amd/owner-claim           | BASE P5 6.3 6.4 | amd.free                  | oops | NULL pointer dereference: free
        free, 6.7: tolerated, leaks                                              | amd/owner-claim           | 6.7 6.12       | amd.free                   | suspicious | is never freed
        pgsize_bitmap = 0, up to 6.4: BUG_ON in the direct-mapping step          | exynos/arm64-display      | BASE P5 6.3 6.4 | exynos.pgsize_bitmap      | oops | oops: iommu_create_device_direct_mappings
        pgsize_bitmap = 0, later: WARN_ON_ONCE and -EINVAL                       | exynos/arm64-display      | 6.7 6.12       | exynos.pgsize_bitmap       | WARN+error | WARN in iommu_create_device_direct_mappings & iommu_create_device_direct_mappings of 13800000.decon returns -EINVAL
        pgsize_bitmap = 0: iommu_map gets -ENODEV                                | omap/hand-back            | BASE P5 6.3 6.4 6.7 | omap.pgsize_bitmap    | error | of domain 1 returns -ENODEV
        pgsize_bitmap = 0: the format of the tables finds no granule             | qcom/hand-back            | BASE P5 6.12   | qcom.pgsize_bitmap         | error | qcom_iommu_attach_dev of & returns -ENOMEM
        pgsize_bitmap = 0 in the table, filled by the probe: nothing             | smmu-v3/boot-and-dma      | BASE P5 6.12   | arm-smmu-v3.pgsize_bitmap  | nothing |
        pgsize_bitmap = 0 in the table, written by the driver: nothing           | amd/guest-tables          | 6.12           | amd.pgsize_bitmap          | not there |
        of_xlate: the device runs without IOMMU                                  | exynos/drm-bind           | BASE P5 6.3    | exynos.of_xlate            | suspicious | for 12c10000.mixer: off, not walks
        of_xlate, 6.12: -ENODEV                                                  | exynos/arm64-display      | 6.12           | exynos.of_xlate            | error | of_iommu_configure & returns -ENODEV
        capable: VFIO refuses                                                    | amd/owner-claim           | BASE P5 6.12   | amd.capable                | error | vfio_register_group_dev of & returns -EINVAL
        capable, 6.7: the flush queue is degraded to strict                      | smmu-v3/lazy-flush        | 6.7 6.12       | arm-smmu-v3.capable        | fault storm |
        identity_domain, ARM32: -EOPNOTSUPP                                      | exynos/drm-bind           | 6.7 6.12       | exynos.identity_domain     | error | -EOPNOTSUPP
        blocked_domain: an empty UNMANAGED domain does it too                    | amd/owner-claim           | 6.12           | amd.blocked_domain         | suspicious |
        default_domain, PAMU: the device is refused                              | pamu/hand-back            | 6.7 6.12       | fsl_pamu.default_domain    | error |
        """);

    @Test
    void everyRowIsShownByARun() {
        List<Answer> answers = new Claims().answers(ROWS);
        System.out.println("series, section 5: description -> run");
        answers.forEach(answer -> System.out.println(answer.line()));
        assertThat(answers).allMatch(Answer::agrees);
    }

    /** What the table excludes: a callback whose cells may only have these effects. */
    private record Bound(String says, Callback callback, boolean before67, boolean since67, Set<Effect> allowed) {
        boolean covers(Cell cell) {
            boolean late =
                    cell.level().spec().equals("6.7") || cell.level().spec().equals("6.12");
            return cell.callback() == callback && cell.effect() != Effect.NOT_THERE && (late ? since67 : before67);
        }
    }

    private static final Set<Effect> OOPS_OR_UNUSED = Set.of(Effect.OOPS, Effect.NEVER_CALLED);

    private static final List<Bound> BOUNDS = List.of(
            new Bound("probe_device: always an oops", Callback.PROBE_DEVICE, true, true, OOPS_OR_UNUSED),
            new Bound("device_group: always an oops", Callback.DEVICE_GROUP, true, true, OOPS_OR_UNUSED),
            new Bound("domain_alloc up to 6.6: always an oops", Callback.DOMAIN_ALLOC, true, false, OOPS_OR_UNUSED),
            new Bound("iova_to_phys: an oops where it is called", Callback.IOVA_TO_PHYS, true, true, OOPS_OR_UNUSED),
            new Bound("free up to 6.6: an oops where it is called", Callback.FREE, true, false, OOPS_OR_UNUSED),
            new Bound(
                    "is_attach_deferred without kdump: nothing",
                    Callback.IS_ATTACH_DEFERRED,
                    true,
                    true,
                    Set.of(Effect.NO_EFFECT, Effect.NEVER_CALLED)));

    /** These always cost something where they are called; the effects that would say otherwise. */
    private static final Map<Callback, Set<Effect>> NEVER_HARMLESS = Map.of(
            Callback.ATTACH_DEV, Set.of(Effect.NO_EFFECT, Effect.SUSPICIOUS),
            Callback.OF_XLATE, Set.of(Effect.NO_EFFECT),
            Callback.MAP, Set.of(Effect.NO_EFFECT),
            Callback.MAP_PAGES, Set.of(Effect.NO_EFFECT));

    @Test
    void noRunShowsWhatTheTableExcludes() {
        var cells = new ArrayList<Cell>();
        List<Level> levels = Level.KNOWN.stream()
                .filter(level -> LEVELS.contains(level.key()))
                .toList();
        new Sweep(new SweepRequest(Set.of(), Set.of(), levels, oneOfEachRoom(), false, true, 1)).run(cells::addAll);
        System.out.println("series, section 5: runs -> description");
        var strangers = new ArrayList<String>();
        for (Bound bound : BOUNDS) {
            List<Cell> covered = cells.stream().filter(bound::covers).toList();
            List<Cell> outside = covered.stream()
                    .filter(cell -> !bound.allowed().contains(cell.effect()))
                    .toList();
            System.out.println("%-50s %4d cells, %d outside".formatted(bound.says(), covered.size(), outside.size()));
            outside.forEach(cell -> strangers.add(bound.says() + ": " + told(cell)));
        }
        cells.stream()
                .filter(cell ->
                        NEVER_HARMLESS.getOrDefault(cell.callback(), Set.of()).contains(cell.effect()))
                .forEach(cell -> strangers.add("harmless: " + told(cell)));
        assertThat(cells).hasSizeGreaterThan(400);
        assertThat(strangers).isEmpty();
    }

    private static String told(Cell cell) {
        return cell.subject() + " " + cell.callback().kernelName() + " " + cell.storyName() + " "
                + cell.level().key() + ": " + cell.effect().word() + ", " + cell.why();
    }

    private static List<ScenarioFile> oneOfEachRoom() {
        var first = new LinkedHashMap<Path, ScenarioFile>();
        for (Path file : new ScenarioLibrary(Path.of("..", "scenarios")).scenarios()) {
            first.computeIfAbsent(file.getParent(), _ -> ScenarioReader.open(file));
        }
        // a GART's boot writes 16,384 entries
        return first.entrySet().stream()
                .filter(entry -> !entry.getKey().endsWith("tegragart"))
                .map(Map.Entry::getValue)
                .collect(Collectors.toList());
    }
}
