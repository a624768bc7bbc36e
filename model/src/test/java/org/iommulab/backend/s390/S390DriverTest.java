package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.rules.Partings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S390DriverTest {
    private static final String NIC = Lpar.NIC;
    private static final String ALL = "capable probe_device device_group attach_dev iova_to_phys free pgsize_bitmap ";
    private static final String ONE = "domain_alloc map unmap release_device ";
    private static final String PAGES =
            "map_pages unmap_pages flush_iotlb_all iotlb_sync iotlb_sync_map get_resv_regions ";

    // ---- tables

    @ParameterizedTest
    @CsvSource({
        "6.1, detach_dev, 61",
        "6.2, detach_dev, 62",
        "6.2+p1, detach_dev, 62",
        "6.2+p1..p2, detach_dev, 62",
        "6.2+p3, set_platform_dma_ops, 62",
        "6.2+p1..p3, set_platform_dma_ops, 62",
        "6.2+p1..p4, set_platform_dma_ops, 62",
        "6.2+p1..p5, set_platform_dma_ops, 62",
        "6.3, set_platform_dma_ops, 62",
        "6.4, set_platform_dma_ops, 62",
        "6.7, probe_finalize, 67",
        "6.12, blocked_domain release_domain, 612"
    })
    void theTableOfEachKernel(String kernel, String own, int era) {
        String rest = switch (era) {
            case 61 -> ONE;
            case 62 -> PAGES + "domain_alloc release_device ";
            case 67 -> PAGES + "domain_alloc_paging release_device ";
            default -> PAGES + "domain_alloc_paging ";
        };
        var table = Lpar.booted(kernel).world.backends().getFirst().sourceTable();
        assertThat(table.table()).isEqualTo("s390_iommu_ops");
        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .isEqualTo(new TreeSet<>(Set.of((ALL + rest + own).split(" "))));
    }

    // ---- boot

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.3", "6.4"})
    void bootAnchorsAPrivateTableToEachFunction(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        assertThat(lpar.world.core().probing().groupList()).hasSize(3).allSatisfy(group -> {
            assertThat(group.devices().size()).isEqualTo(1);
            assertThat(group.defaultDomain().isNull()).isTrue();
            assertThat(group.domain().isNull()).isTrue();
        });
        assertThat(lpar.world.dma().opsOf(lpar.device(NIC)).label()).isEqualTo("s390_pci_dma_ops");
        assertThat(lpar.unit(NIC).translating()).isTrue();
        assertThat(lpar.world.dma().opsOf(lpar.device(NIC)).tableOf(lpar.device(NIC)))
                .isEqualTo(lpar.unit(NIC).tableBase());
        assertThat(Partings.ofGroups(lpar.world))
                .as("a table that the platform knows")
                .isEmpty();

        DmaBuffer first = lpar.allocate(NIC);
        DmaBuffer second = lpar.allocate(NIC);
        assertThat(first.address()).isEqualTo(Lpar.FIRST);
        assertThat(second.address()).isEqualTo(Lpar.FIRST + 4096);
        assertThat(lpar.reaches(NIC, second.address() + 8)).isTrue();
    }

    // kernel | device | type of its default domain
    @ParameterizedTest
    @CsvSource({
        "6.7, 0001:00:00.0, DMA_FQ",
        "6.7, 0009:00:00.0, DMA",
        "6.12, 0001:00:00.0, DMA_FQ",
        "6.12, 0009:00:00.0, DMA"
    })
    void laterBootAttachesADefaultDomain(String kernel, String name, DomainType type) {
        Lpar lpar = Lpar.booted(kernel);
        Group group = lpar.group(name);
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(group.defaultDomain().require().type()).isEqualTo(type);
        assertThat(lpar.world.dma().opsOf(lpar.device(name)).label()).isEqualTo("iommu-dma");
        DmaBuffer buffer = lpar.allocate(name);
        assertThat(buffer.address()).as("top down").isEqualTo(window(name) - 0xfff);
        assertThat(lpar.reaches(name, buffer.address())).isTrue();
        assertThat(Partings.ofGroups(lpar.world)).isEmpty();
    }

    private static long window(String name) {
        return name.equals(Lpar.ISM) ? Lpar.FIRST + (64 << 20) - 1 : Lpar.LAST;
    }

    /** A virtual ISM device takes the last address for one that is outside. */
    @ParameterizedTest
    @CsvSource({"6.2, 0x103ffffff", "6.4, 0x103ffffff", "6.7, 0x104000fff", "6.12, 0x104000fff"})
    void theLastAddressOfIsm(String kernel, long last) {
        assertThat(Lpar.booted(kernel).unit(Lpar.ISM).registers().get(2).value())
                .isEqualTo(last);
    }

    // ---- the NULL transition

    @ParameterizedTest
    @ValueSource(
            strings = {"6.1", "6.2", "6.2+p1", "6.2+p1..p2", "6.2+p1..p3", "6.2+p1..p4", "6.2+p1..p5", "6.3", "6.4"})
    void handedBackTheFunctionHasAFreshTable(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        long before = lpar.unit(NIC).tableBase();
        DmaBuffer old = lpar.allocate(NIC);
        IommuDomain domain = lpar.newDomain();
        int attach = lpar.steps();
        assertThat(lpar.attach(NIC, domain)).isZero();
        assertThat(lpar.instructions(attach)).isEqualTo("DEREG_IOAT REG_IOAT");
        assertThat(lpar.unit(NIC).tableBase()).isEqualTo(domain.tableBase());
        assertThat(lpar.world.notedDomain(lpar.device(NIC))).contains(domain);
        assertThat(lpar.world.clientsOf(domain)).containsExactly(lpar.device("s390-iommu.00000200"));
        assertThat(lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW)).isZero();
        assertThat(lpar.reaches(NIC, Lpar.IOVA)).isTrue();

        int detach = lpar.steps();
        lpar.detach(NIC, domain);

        assertThat(lpar.instructions(detach)).isEqualTo("DEREG_IOAT REG_IOAT");
        assertThat(lpar.warnings()).isZero();
        assertThat(lpar.group(NIC).domain().isNull()).isTrue();
        assertThat(lpar.world.notedDomain(lpar.device(NIC))).isEmpty();
        assertThat(lpar.world.clientsOf(domain)).isEmpty();
        assertThat(lpar.unit(NIC).tableBase()).isNotIn(before, domain.tableBase(), 0L);
        assertThat(Partings.ofGroups(lpar.world)).isEmpty();
        DmaBuffer fresh = lpar.allocate(NIC);
        assertThat(lpar.reaches(NIC, fresh.address())).isTrue();
        assertThat(fresh.address()).as("addresses begin anew").isEqualTo(old.address());
    }

    @ParameterizedTest
    @CsvSource({"6.7, DEREG_IOAT REG_IOAT", "6.12, DEREG_IOAT REG_IOAT"})
    void laterTheDefaultDomainReturns(String kernel, String instructions) {
        Lpar lpar = Lpar.booted(kernel);
        DmaBuffer buffer = lpar.allocate(NIC);
        IommuDomain domain = lpar.newDomain();
        assertThat(lpar.attach(NIC, domain)).isZero();
        assertThat(lpar.unit(NIC).tableBase()).isEqualTo(domain.tableBase());
        int detach = lpar.steps();
        lpar.detach(NIC, domain);
        assertThat(lpar.instructions(detach)).isEqualTo(instructions);
        assertThat(lpar.group(NIC).domain().same(lpar.group(NIC).defaultDomain()))
                .isTrue();
        assertThat(lpar.reaches(NIC, buffer.address()))
                .as("mapped all the time")
                .isTrue();
        assertThat(lpar.warnings()).isZero();
    }

    // removed callback | warnings | the core forgets the domain
    @ParameterizedTest
    @CsvSource({
        "6.2, DETACH_DEV, 2, false",
        "6.2+p1..p2, DETACH_DEV, 1, true",
        "6.2+p1..p3, SET_PLATFORM_DMA_OPS, 1, true",
        "6.2+p1..p5, SET_PLATFORM_DMA_OPS, 1, true",
        "6.3, SET_PLATFORM_DMA_OPS, 1, true",
        "6.4, SET_PLATFORM_DMA_OPS, 1, true"
    })
    void withoutTheCallbackDmaIsDead(String kernel, Callback removed, int warnings, boolean forgets) {
        Lpar lpar = Lpar.booted(Lpar.without(kernel, removed));
        IommuDomain domain = lpar.newDomain();
        lpar.attach(NIC, domain);
        lpar.detach(NIC, domain);

        assertThat(lpar.warnings()).isEqualTo(warnings);
        assertThat(lpar.group(NIC).domain().isNull()).isEqualTo(forgets);
        assertThat(lpar.unit(NIC).tableBase()).as("still anchored").isEqualTo(domain.tableBase());
        assertThat(Partings.ofGroups(lpar.world)).hasSize(forgets ? 1 : 0);
        assertThatThrownBy(() -> lpar.allocate(NIC))
                .as("the allocator went with the private table")
                .isInstanceOf(KernelDeath.class)
                .hasMessageContaining("zdev.iommu_bitmap");
    }

    @Test
    void aFreedDomainThatIsAnchoredIsWarnedOf() {
        Lpar lpar = Lpar.booted(Lpar.without("6.3", Callback.SET_PLATFORM_DMA_OPS));
        IommuDomain domain = lpar.newDomain();
        lpar.attach(NIC, domain);
        lpar.detach(NIC, domain);
        lpar.world.core().domains().free(domain);
        assertThat(lpar.warnings()).isEqualTo(2);
        assertThat(lpar.world.pointedAtBy(lpar.unit(NIC))).containsExactly(domain);
    }

    // ---- release

    // kernel | whether the next scan has working DMA
    @ParameterizedTest
    @CsvSource({"6.2, false", "6.3, false", "6.4, false", "6.7, true", "6.12, true"})
    void aFunctionThatLeavesAnAttachedDomainIsBlocked(String kernel, boolean works) {
        Lpar lpar = Lpar.booted(kernel);
        IommuDomain domain = lpar.newDomain();
        lpar.attach(NIC, domain);
        lpar.world.bus().remove(lpar.device(NIC));
        assertThat(lpar.unit(NIC).refuses(lpar.port(NIC))).isTrue();
        assertThat(lpar.world.clientsOf(domain)).isEmpty();

        lpar.world.bus().add(lpar.device(NIC));
        if (works) {
            assertThat(lpar.reaches(NIC, lpar.allocate(NIC).address())).isTrue();
        } else {
            assertThatThrownBy(() -> lpar.allocate(NIC)).isInstanceOf(KernelDeath.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"6.2, true", "6.4, true", "6.7, false", "6.12, false"})
    void withoutReleaseTheFreedTableStaysAnchored(String kernel, boolean attached) {
        Callback release = kernel.equals("6.12") ? Callback.RELEASE_DOMAIN : Callback.RELEASE_DEVICE;
        Lpar lpar = Lpar.booted(Lpar.without(kernel, release));
        IommuDomain domain =
                attached ? lpar.newDomain() : lpar.group(NIC).domain().require();
        if (attached) {
            lpar.attach(NIC, domain);
        }
        lpar.world.bus().remove(lpar.device(NIC));
        assertThat(lpar.unit(NIC).tableBase()).isEqualTo(domain.tableBase());
        assertThat(lpar.unit(NIC).refuses(lpar.port(NIC))).isFalse();
    }

    // ---- ownership

    @ParameterizedTest
    @CsvSource({"6.2, UNMANAGED", "6.3, UNMANAGED", "6.7, UNMANAGED", "6.12, BLOCKED"})
    void anOwnersFunctionIsBlocked(String kernel, DomainType type) {
        Lpar lpar = Lpar.booted(kernel);
        lpar.world.bus().unbind(lpar.device(NIC));
        Group group = lpar.group(NIC);
        assertThat(lpar.world.core().ownership().claim(group, group)).isZero();
        assertThat(group.blockingDomain().require().type()).isEqualTo(type);
        assertThat(lpar.unit(NIC).translating()).isEqualTo(type == DomainType.UNMANAGED);
        assertThat(lpar.reaches(NIC, Lpar.FIRST)).isFalse();

        lpar.unit(NIC).disable();
        lpar.unit(NIC).enable();
        lpar.world.core().ownership().release(group);
        assertThat(lpar.warnings()).isZero();
        assertThat(lpar.reaches(NIC, lpar.allocate(NIC).address())).isTrue();
    }

    // ---- errors of attach

    // kernel | in error | gone
    @ParameterizedTest
    @CsvSource({"6.1, EIO, EIO", "6.2, 0, EIO", "6.3, 0, EIO", "6.4, 0, EIO", "6.7, 0, EIO", "6.12, 0, 0"})
    void attachingWhatDoesNotAnswer(String kernel, String inError, String gone) {
        Lpar lpar = Lpar.booted(kernel);
        lpar.world.bus().unbind(lpar.device(NIC));
        assertThat(lpar.reaches(NIC, 0)).isFalse();
        assertThat(lpar.attach(NIC, lpar.newDomain())).isEqualTo(errno(inError));

        lpar.unit(Lpar.DISK).disable();
        assertThat(lpar.attach(Lpar.DISK, lpar.newDomain())).isEqualTo(errno(gone));
        assertThat(lpar.unit(Lpar.DISK).translating()).isFalse();
    }

    private static long errno(String name) {
        return name.equals("0") ? 0 : Errno.valueOf(name).negative();
    }

    /** Up to v6.1 the first function defines what the domain may map. */
    @ParameterizedTest
    @CsvSource({"6.1, EINVAL", "6.2, 0", "6.4, 0", "6.7, 0", "6.12, 0"})
    void functionsWithOtherWindows(String kernel, String answer) {
        Lpar lpar = Lpar.booted(kernel);
        IommuDomain domain = lpar.newDomain();
        assertThat(lpar.attach(NIC, domain)).isZero();
        assertThat(lpar.attach(Lpar.DISK, domain)).isZero();
        assertThat(lpar.attach(Lpar.ISM, domain)).isEqualTo(errno(answer));
        assertThat(lpar.unit(Lpar.ISM).translating()).isEqualTo(answer.equals("0"));
        assertThat(lpar.world.clientsOf(domain)).hasSize(answer.equals("0") ? 3 : 2);
    }

    // ---- reserved regions

    @Test
    void whatIsOutsideTheWindowIsReserved() {
        Lpar lpar = Lpar.booted("6.7");
        for (int i = 0; i < 3; i++) {
            assertThat(lpar.allocate(Lpar.ISM).address()).isBetween(Lpar.FIRST, window(Lpar.ISM));
        }
    }
}
