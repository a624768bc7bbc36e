package org.iommulab.backend.rockchip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.board.Board;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelDeath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has at each level, what its hand-back does, its groups and its masters. */
class RockchipDriverTest {
    private static final String RK_FIX = "6.2+p1..p5+exynos-fix+exynos-fix2+rk-fix";
    private static final long IOVA = 0xfff8_5000L;
    private static final long PAGE = 0x100_0000;
    private static final String ALWAYS =
            "probe_device release_device device_group of_xlate attach_dev iova_to_phys free pgsize_bitmap ";

    // ---- the table

    @ParameterizedTest
    @CsvSource({
        "6.1, domain_alloc map unmap detach_dev, domain_alloc map unmap detach_dev",
        "6.2, domain_alloc map unmap detach_dev, domain_alloc map unmap detach_dev",
        "6.2+p1, domain_alloc map unmap, domain_alloc map unmap",
        "6.2+p1..p2, domain_alloc map unmap, domain_alloc map unmap",
        "6.2+p1..p3, domain_alloc map unmap, domain_alloc map unmap",
        "6.2+p1..p4, domain_alloc map unmap, domain_alloc map unmap",
        "6.2+p1..p5, domain_alloc map unmap, domain_alloc map unmap",
        "6.2+p3, domain_alloc map unmap detach_dev, domain_alloc map unmap detach_dev",
        "6.3, domain_alloc map unmap, domain_alloc map unmap",
        RK_FIX + ", domain_alloc map unmap set_platform_dma_ops, domain_alloc map unmap",
        "6.2+rk-fix, domain_alloc map unmap set_platform_dma_ops, domain_alloc map unmap",
        "6.4, domain_alloc map unmap set_platform_dma_ops, domain_alloc map unmap",
        "6.7, domain_alloc_paging identity_domain map_pages unmap_pages, domain_alloc_paging identity_domain map_pages"
                + " unmap_pages",
        "6.12, domain_alloc_paging identity_domain map_pages unmap_pages, domain_alloc_paging identity_domain"
                + " map_pages unmap_pages"
    })
    void theTableOfEachKernel(String kernel, String onArm, String elsewhere) {
        assertThat(tableOf(Booted.firefly(kernel))).isEqualTo(set(ALWAYS + onArm));
        assertThat(tableOf(Booted.rockpro64(kernel))).isEqualTo(set(ALWAYS + elsewhere));
    }

    private static Set<String> tableOf(Booted board) {
        return board.world.backends().getFirst().sourceTable().entries().keySet().stream()
                .map(Callback::kernelName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> set(String words) {
        return new TreeSet<>(Arrays.asList(words.split(" ")));
    }

    @ParameterizedTest
    @CsvSource({"6.1, NULL", "6.3, NULL", "6.4, NULL", "6.7, IDENTITY", "6.12, IDENTITY"})
    void on32BitArmThereIsNoDefaultDomainUntilThereMustBe(String kernel, String type) {
        Group group = Booted.firefly(kernel).group(Booted.VOP);
        assertThat(group.defaultDomain().get().map(d -> d.type().name()).orElse("NULL"))
                .isEqualTo(type);
        assertThat(group.domain().require().type()).isEqualTo(DomainType.UNMANAGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1", "6.3", "6.4", "6.7", "6.12"})
    void onArm64EachGroupHasADmaDomain(String kernel) {
        Booted board = Booted.rockpro64(kernel);
        IommuDomain domain = board.group(Booted.DECODER).defaultDomain().require();
        assertThat(domain.type()).isEqualTo(DomainType.DMA);
        assertThat(domain.pgsizeBitmap()).isEqualTo(0x7ff000);
        assertThat(domain.apertureEnd()).isEqualTo(0xffff_ffffL);
        assertThat(board.iommu(Booted.DECODER).domain().is(domain)).isTrue();
        assertThat(board.warnings()).isEmpty();
    }

    /** Up to v6.3 the driver has no identity domain to give; then it has one for all groups, which nobody frees. */
    @ParameterizedTest
    @CsvSource({"6.3, DMA", "6.4, IDENTITY", "6.7, IDENTITY", "6.12, IDENTITY"})
    void passThroughIsAsked(String kernel, DomainType type) {
        Booted board = Booted.board("rockpro64", kernel, "iommu.passthrough=1");
        IommuDomain domain = board.group(Booted.DECODER).defaultDomain().require();
        assertThat(domain.type()).isEqualTo(type);
        assertThat(domain instanceof StaticDomain).isEqualTo(type == DomainType.IDENTITY);
        board.world.bus().remove(board.device(Booted.DECODER));
        assertThat(domain.freed().get()).isEqualTo(type != DomainType.IDENTITY && !kernel.equals("6.3"));
        board.resume("ff8f0000.vop");
        assertThat(board.unit("ff8f3f00.iommu").translating()).isEqualTo(type == DomainType.DMA);
    }

    // ---- the hand-over of 32-bit ARM

    // kernel | the detach warns | is the core's pointer gone | is the bank off
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.1             |                                                         | true  | true
        6.2             |                                                         | true  | true
        6.2+p1          | __iommu_group_set_domain __iommu_group_set_core_domain  | false | false
        6.2+p1..p2      | __iommu_group_set_domain                                | true  | false
        6.2+p1..p3      | __iommu_group_set_domain                                | true  | false
        6.2+p1..p4      | __iommu_group_set_domain                                | true  | false
        6.2+p1..p5      | iommu_group_do_set_platform_dma                         | true  | false
        6.3             | iommu_group_do_set_platform_dma                         | true  | false
        6.2+p1..p5+exynos-fix+exynos-fix2+rk-fix |                                | true  | true
        6.4             |                                                         | true  | true
        6.7             |                                                         | false | true
        6.12            |                                                         | false | true
        """)
    void aDetachAtEachLevel(String kernel, String warnings, boolean gone, boolean off) {
        Booted board = Booted.firefly(kernel);
        board.resume(Booted.VOP);
        IommuDomain mapped = board.group(Booted.VOP).domain().require();
        assertThat(board.unit(Booted.VOP_IOMMU).tableBase()).isEqualTo(mapped.tableBase());

        glue(board).detach(board.device(Booted.VOP));

        assertThat(board.warnings()).isEqualTo(warnings == null ? List.of() : List.of(warnings.split(" ")));
        assertThat(board.group(Booted.VOP).domain().isNull()).isEqualTo(gone);
        assertThat(board.unit(Booted.VOP_IOMMU).translating()).isEqualTo(!off);
        assertThat(board.world.clientsOf(mapped)).hasSize(off ? 0 : 1);
        assertThat(board.iommu(Booted.VOP).domain().is(mapped)).isEqualTo(!off);
        assertThat(board.device(Booted.VOP).dmaOps().isNull()).isTrue();
    }

    // kernel | the free warns | what the next attach says | uses of freed memory by then
    @ParameterizedTest
    @CsvSource({
        "6.2, false, 0, 0",
        "6.2+p1, true, -16, 0",
        "6.2+p1..p2, true, 0, 1",
        "6.2+p1..p4, true, 0, 1",
        "6.2+p1..p5, true, 0, 1",
        "6.3, true, 0, 1",
        RK_FIX + ", false, 0, 0",
        "6.4, false, 0, 0",
        "6.7, false, 0, 0",
        "6.12, false, 0, 0"
    })
    void theMappingIsFreedAndDrmAttachesItsOwn(String kernel, boolean warns, long attached, long uses) {
        Booted board = Booted.firefly(kernel);
        board.resume(Booted.VOP);
        ArmMapping mapping = ArmDmaGlue.mappingOf(board.device(Booted.VOP)).orElseThrow();
        IommuDomain old = mapping.domain().require();
        IommuDomain drm = board.newDomain();
        glue(board).detach(board.device(Booted.VOP));
        int before = board.warnings().size();

        glue(board).releaseMapping(mapping);

        assertThat(old.freed().get()).isTrue();
        List<String> later = board.warnings().subList(before, board.warnings().size());
        assertThat(later).isEqualTo(warns ? List.of("rk_iommu_domain_free") : List.of());
        assertThat(board.unit(Booted.VOP_IOMMU).translating()).isEqualTo(warns);
        assertThat(board.attach(Booted.VOP, drm)).isEqualTo(attached);
        assertThat(board.world.machine().usesAfterFree()).isEqualTo(uses);
        assertThat(board.unit(Booted.VOP_IOMMU).tableBase() == drm.tableBase()).isEqualTo(attached == 0);
    }

    private static ArmDmaGlue glue(Booted board) {
        return board.world.arm().orElseThrow();
    }

    // ---- groups and masters

    @ParameterizedTest
    @CsvSource({"6.2, 0", "6.4, 0", "6.7, 2", "6.12, 2"})
    void aGroupBelongsToItsIommuAndOutlivesItsMasters(String kernel, int number) {
        Booted board = Booted.rockpro64(kernel);
        // Up to v6.6 groups are numbered as the IOMMUs were probed, then as their masters were.
        assertThat(board.group(Booted.DECODER).number()).isEqualTo(number);
        Group group = board.group(Booted.DECODER);
        board.world.bus().remove(board.device(Booted.DECODER));
        assertThat(group.gone().get()).isFalse();
        board.world.bus().add(board.device(Booted.DECODER));
        assertThat(board.group(Booted.DECODER)).isEqualTo(group);
    }

    @ParameterizedTest
    @CsvSource({"6.2, false", "6.3, false", "6.4, true", "6.7, true", "6.12, true"})
    void twoMastersBendTheListIntoARing(String kernel, boolean ring) {
        Booted board = Booted.board("rk3399-mpp", kernel, "");
        Group group = board.group("ff650000.vepu");
        assertThat(board.group("ff650400.vdpu")).isEqualTo(group);
        IommuDomain domain = group.domain().require();
        assertThat(board.world.clientsOf(domain)).hasSize(1);
        assertThat(board.attach("ff650000.vepu", board.newDomain())).isEqualTo(Errno.EINVAL.negative());
        if (ring) {
            assertThatThrownBy(() -> board.map(domain, IOVA, PAGE, 0x1000))
                    .isInstanceOf(KernelDeath.class)
                    .hasMessageContaining("rk_iommu_zap_iova");
        } else {
            assertThat(board.map(domain, IOVA, PAGE, 0x1000)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void aDeviceWithoutAnIommuMayBeAttachedAndNothingHappens(String kernel) {
        Booted board = Booted.rockpro64(kernel);
        var table = board.world.backends().getFirst().sourceTable();
        var attach = (OpsTable.AttachDev)
                Objects.requireNonNull(table.entries().get(Callback.ATTACH_DEV)).body();
        IommuDomain domain = board.newDomain();
        int before = board.step();
        assertThat(attach.attach(domain, board.device("ff660480.iommu"))).isZero();
        assertThat(board.step()).isEqualTo(before);
    }

    @Test
    void theFirstProbedVersionIsThatOfTheSystem() {
        Booted board = Booted.changed("firefly-rk3288", "6.2", RockchipDriverTest::secondOfVersion2);
        assertThat(board.warnings()).containsExactly("rk_iommu_probe");
        assertThat(board.world.core().probing().instances().size()).isEqualTo(2);
        // its master waits for an IOMMU that does not come
        assertThat(board.device(Booted.LITTLE_VOP).deferred().get()).isTrue();
        assertThat(Group.of(board.device(Booted.VOP))).isPresent();
    }

    private static Board secondOfVersion2(Board board) {
        List<Board.Unit> units = board.units().stream()
                .map(unit -> unit.name().equals("ff940300.iommu")
                        ? new Board.Unit(
                                unit.name(),
                                unit.type(),
                                unit.registers(),
                                Map.of("version", 2L),
                                unit.clocks(),
                                unit.powerDomain())
                        : unit)
                .toList();
        return new Board(
                board.schema(),
                board.name(),
                board.title(),
                board.source(),
                board.architecture(),
                board.config(),
                board.memory(),
                board.pciWindows(),
                board.clocks(),
                board.powerDomains(),
                units,
                board.devices(),
                board.drivers(),
                board.drm());
    }

    @ParameterizedTest
    @CsvSource({"6.1, 5, 3", "6.2, 3, 5", "6.12, 3, 5"})
    void version2HadItsPermissionsSwapped(String kernel, long read, long write) {
        Booted board = Booted.board("rock-3a", kernel, "");
        IommuDomain domain = board.newDomain();
        board.world.core().mapping().map(domain, 0x1000, PAGE, 0x1000, 1);
        board.world.core().mapping().map(domain, 0x2000, PAGE, 0x1000, 2);
        long table = board.world.site().memory().read32(domain.tableBase()) & -0x1000;
        assertThat(board.world.site().memory().read32(table + 4) & 7).isEqualTo((int) read);
        assertThat(board.world.site().memory().read32(table + 8) & 7).isEqualTo((int) write);
    }
}
