package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.dma.DmaDirection;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.rules.NoStaleTlb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mapping in a domain and by the platform's own DMA operations: entries, refreshes, and the errors of both. */
class S390MappingTest {
    private static final String NIC = Lpar.NIC;

    private static IommuDomain attached(Lpar lpar) {
        IommuDomain domain = lpar.newDomain();
        assertThat(lpar.attach(NIC, domain)).isZero();
        return domain;
    }

    private static long errno(String name) {
        return name.equals("0") ? 0 : Errno.valueOf(name).negative();
    }

    // kernel | before an attach | last page of the window | beyond it | write only
    @ParameterizedTest
    @CsvSource({
        "6.1, EINVAL, EINVAL, EINVAL, EINVAL",
        "6.2, 0, 0, 0, EINVAL",
        "6.3, 0, 0, 0, EINVAL",
        "6.4, 0, 0, 0, EINVAL",
        "6.7, 0, 0, 0, 0",
        "6.12, 0, 0, 0, 0"
    })
    void whatMayBeMapped(String kernel, String early, String last, String beyond, String writeOnly) {
        Lpar lpar = Lpar.booted(kernel);
        assertThat(lpar.map(lpar.newDomain(), Lpar.IOVA, 4096, Lpar.RW)).isEqualTo(errno(early));
        IommuDomain domain = attached(lpar);
        assertThat(lpar.map(domain, Lpar.LAST - 0xfff, 4096, Lpar.RW)).isEqualTo(errno(last));
        assertThat(lpar.map(domain, Lpar.LAST + 1, 4096, Lpar.RW)).isEqualTo(errno(beyond));
        assertThat(lpar.map(domain, Lpar.IOVA, 4096, 2)).isEqualTo(errno(writeOnly));
        assertThat(lpar.map(domain, S390Format.REACH, 4096, Lpar.RW)).isEqualTo(Errno.EINVAL.negative());
        assertThat(lpar.map(domain, Lpar.IOVA + 0x10_0000, 8192, Lpar.RW)).isZero();
        assertThat(lpar.world.core().mapping().iovaToPhys(domain, Lpar.IOVA + 0x10_0123))
                .as("without the offset")
                .isEqualTo(Lpar.PAGE);
        assertThat(lpar.world.core().mapping().iovaToPhys(domain, S390Format.REACH))
                .isZero();
    }

    // kernel | bytes | warnings, of which each place in the source has one
    @ParameterizedTest
    @CsvSource({"6.1, 0, 0", "6.2, 4096, 1", "6.4, 4096, 1", "6.7, 4096, 1", "6.12, 4096, 1"})
    void unmappingWhatIsNotMapped(String kernel, long bytes, int warnings) {
        Lpar lpar = Lpar.booted(kernel);
        IommuDomain domain = attached(lpar);
        assertThat(lpar.world.core().mapping().unmap(domain, Lpar.IOVA, 4096)).isEqualTo(bytes);
        assertThat(lpar.world.core().mapping().unmap(domain, Lpar.IOVA, 4096)).isEqualTo(bytes);
        assertThat(lpar.warnings()).isEqualTo(warnings);
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        assertThat(lpar.warnings()).isEqualTo(warnings + 1);
        if (!kernel.equals("6.1")) {
            assertThat(lpar.world.core().mapping().unmap(domain, S390Format.REACH, 4096))
                    .isZero();
            assertThat(lpar.warnings()).isEqualTo(warnings + 2);
        }
    }

    /** Entries that the driver has written are those of the worked example. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.12"})
    void theWorkedExample(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        IommuDomain domain = attached(lpar);
        lpar.map(domain, Lpar.IOVA, 4096, 1);
        var levels = lpar.unit(NIC).trace(Lpar.IOVA, false).levels();
        assertThat(levels).extracting(level -> level.index()).containsExactly(2, 0x234, 0x56);
        assertThat(levels.getLast().value()).isEqualTo(Lpar.PAGE | 0x200);
        assertThat(lpar.port(NIC).write32(Lpar.IOVA, 1)).isEqualTo(new Reply.Refused("protection"));
    }

    // kernel | map, bare | map, under a hypervisor
    @ParameterizedTest
    @CsvSource({"6.1, RPCIT, RPCIT", "6.2, '', RPCIT", "6.4, '', RPCIT", "6.7, '', RPCIT", "6.12, '', RPCIT"})
    void whoHearsOfWhat(String kernel, String bare, String hypervisor) {
        check(Lpar.booted(kernel), bare);
        check(Lpar.guest(kernel), hypervisor);
    }

    private static void check(Lpar lpar, String mapped) {
        IommuDomain domain = attached(lpar);
        int before = lpar.steps();
        lpar.map(domain, Lpar.FIRST, 8192, Lpar.RW);
        assertThat(lpar.instructions(before)).isEqualTo(mapped);
        assertThat(lpar.reaches(NIC, Lpar.FIRST + 4096)).isTrue();
        before = lpar.steps();
        assertThat(lpar.world.core().mapping().unmap(domain, Lpar.FIRST, 8192)).isEqualTo(8192);
        assertThat(lpar.instructions(before)).as("one for the range").isEqualTo("RPCIT");
        assertThat(NoStaleTlb.staleEntries(lpar.world, lpar.unit(NIC))).isEmpty();
        assertThat(lpar.reaches(NIC, Lpar.FIRST + 4096)).isFalse();
    }

    @Test
    void everyFunctionOfADomainHearsOfIt() {
        Lpar lpar = Lpar.booted("6.3");
        IommuDomain domain = attached(lpar);
        assertThat(lpar.attach(Lpar.DISK, domain)).isZero();
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        int before = lpar.steps();
        lpar.world.core().mapping().unmap(domain, Lpar.IOVA, 4096);
        assertThat(lpar.instructions(before)).isEqualTo("RPCIT RPCIT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void withoutIotlbSyncTheOldPageIsReached(String kernel) {
        Lpar lpar = Lpar.booted(Lpar.without(kernel, Callback.IOTLB_SYNC));
        IommuDomain domain = attached(lpar);
        lpar.map(domain, Lpar.IOVA, 4096, Lpar.RW);
        assertThat(lpar.reaches(NIC, Lpar.IOVA)).isTrue();
        lpar.world.core().mapping().unmap(domain, Lpar.IOVA, 4096);
        assertThat(lpar.reaches(NIC, Lpar.IOVA)).isTrue();
        assertThat(NoStaleTlb.staleEntries(lpar.world, lpar.unit(NIC))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void withoutIotlbSyncMapAGuestsFirstAccessIsAnError(String kernel) {
        KernelBuild build = Lpar.without(kernel, Callback.IOTLB_SYNC_MAP);
        for (Lpar lpar : new Lpar[] {Lpar.guest(build), Lpar.booted(build)}) {
            IommuDomain domain = attached(lpar);
            lpar.map(domain, Lpar.FIRST, 4096, Lpar.RW);
            boolean bare = lpar.world.board().name().equals("z16-lpar");
            assertThat(lpar.reaches(NIC, Lpar.FIRST)).isEqualTo(bare);
            assertThat(lpar.unit(NIC).fault().isEmpty()).isEqualTo(bare);
        }
    }

    /** The shadow has room for 8 pages. */
    @ParameterizedTest
    @CsvSource({"6.1, ENOMEM, false", "6.2, 0, true", "6.4, 0, true", "6.7, ENOMEM, false", "6.12, ENOMEM, false"})
    void aHypervisorWithoutRoom(String kernel, String answer, boolean mapped) {
        Lpar lpar = Lpar.guest(kernel);
        IommuDomain domain = attached(lpar);
        assertThat(lpar.map(domain, Lpar.FIRST, 9 * 4096, Lpar.RW)).isEqualTo(errno(answer));
        assertThat(domain.lookUp(Lpar.FIRST) != 0).isEqualTo(mapped);
        assertThat(domain.mappedPages()).isEqualTo(mapped ? 9 : 0);
    }

    // ---- the platform's own

    @Test
    void lazilyFreedAddressesComeBackAfterARefreshOfEverything() {
        Lpar lpar = Lpar.booted("6.2");
        DmaBuffer first = lpar.world.dma().map(lpar.device(Lpar.ISM), 4096, DmaDirection.TO_DEVICE);
        assertThat(first.address()).isEqualTo(Lpar.FIRST);
        assertThat(lpar.reaches(Lpar.ISM, first.address())).isTrue();
        lpar.world.dma().release(first);
        assertThat(lpar.reaches(Lpar.ISM, first.address()))
                .as("nobody told the machine")
                .isTrue();
        for (int i = 0; i < 3; i++) {
            DmaBuffer quarter = lpar.world.dma().map(lpar.device(Lpar.ISM), 16 << 20, DmaDirection.BIDIRECTIONAL);
            assertThat(quarter.address()).isEqualTo(Lpar.FIRST + 4096 + ((long) i << 24));
        }
        int before = lpar.steps();
        DmaBuffer rest = lpar.world.dma().map(lpar.device(Lpar.ISM), (16 << 20) - 4096, DmaDirection.BIDIRECTIONAL);
        assertThat(lpar.instructions(before)).isEmpty();
        assertThat(rest.isMapped()).isTrue();
        DmaBuffer again = lpar.world.dma().map(lpar.device(Lpar.ISM), 4096, DmaDirection.BIDIRECTIONAL);
        assertThat(lpar.instructions(before)).isEqualTo("RPCIT");
        assertThat(again.address()).isEqualTo(first.address());
        assertThat(lpar.world
                        .dma()
                        .map(lpar.device(Lpar.ISM), 4096, DmaDirection.BIDIRECTIONAL)
                        .isMapped())
                .as("now it is full")
                .isFalse();
    }

    @Test
    void strictRefreshesEachUnmap() {
        Lpar lpar = Lpar.booted(KernelSpec.parse("6.2").withCommandLine("quiet s390_iommu=strict"));
        DmaBuffer buffer = lpar.world.dma().map(lpar.device(NIC), 4096, DmaDirection.TO_DEVICE);
        assertThat(lpar.port(NIC).write32(buffer.address(), 1)).isEqualTo(new Reply.Refused("protection"));
        lpar.world.kernel().work().drain();
        assertThat(lpar.reaches(NIC, buffer.address())).as("recovered").isTrue();
        int before = lpar.steps();
        lpar.world.dma().release(buffer);
        assertThat(lpar.instructions(before)).isEqualTo("RPCIT");
        assertThat(lpar.reaches(NIC, buffer.address())).isFalse();
    }

    /** A guest's own DMA code: each map is told, and when there is no room, everything is. */
    @Test
    void theDmaCodeOfAGuestMakesRoom() {
        Lpar lpar = Lpar.guest("6.3");
        DmaBuffer[] buffers = new DmaBuffer[8];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = lpar.allocate(NIC);
            assertThat(lpar.reaches(NIC, buffers[i].address())).isTrue();
        }
        assertThat(lpar.allocate(NIC).isMapped()).as("no room at all").isFalse();
        lpar.world.dma().release(buffers[0]);
        int before = lpar.steps();
        DmaBuffer ninth = lpar.allocate(NIC);
        assertThat(lpar.instructions(before)).isEqualTo("RPCIT RPCIT");
        assertThat(ninth.isMapped()).isTrue();
    }

    // ---- the flush queue of dma-iommu

    @ParameterizedTest
    @ValueSource(strings = {"6.7", "6.12"})
    void theFlushQueueRefreshesTheWholeWindow(String kernel) {
        Lpar lpar = Lpar.booted(kernel);
        DmaBuffer buffer = lpar.allocate(NIC);
        assertThat(lpar.reaches(NIC, buffer.address())).isTrue();
        int before = lpar.steps();
        lpar.world.dma().release(buffer);
        assertThat(lpar.instructions(before)).isEmpty();
        lpar.world.kernel().timers().advance(10);
        assertThat(lpar.instructions(before)).isEqualTo("RPCIT");
        assertThat(lpar.reaches(NIC, buffer.address())).isFalse();
    }

    @Test
    void withoutFlushIotlbAllTheFlushQueueDies() {
        Lpar lpar = Lpar.booted(Lpar.without("6.7", Callback.FLUSH_IOTLB_ALL));
        lpar.world.dma().release(lpar.allocate(NIC));
        assertThatThrownBy(() -> lpar.world.kernel().timers().advance(10)).isInstanceOf(KernelDeath.class);
    }
}
